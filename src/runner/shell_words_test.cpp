#include "runner/shell_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace km::runner {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> words(std::string_view text) {
  auto split = split_words(text);
  EXPECT_TRUE(split) << text;
  return split.value_or(std::vector<std::string>{});
}

TEST(ShellWords, SplitsAsAShellDoes) {
  EXPECT_THAT(words(""), IsEmpty());
  EXPECT_THAT(words("  \t\n "), IsEmpty());
  EXPECT_THAT(words("qemu-x86_64 -cpu  Nehalem "), ElementsAre("qemu-x86_64", "-cpu", "Nehalem"));
  EXPECT_THAT(words("a 'b c' \"d e\""), ElementsAre("a", "b c", "d e"));
  EXPECT_THAT(words("'' x"), ElementsAre("", "x"));
  EXPECT_THAT(words("pre'in ner'post"), ElementsAre("prein nerpost"));
  EXPECT_THAT(words(R"(a\ b "c\"d" "e\n" 'f\g')"), ElementsAre("a b", "c\"d", "e\\n", "f\\g"));
  EXPECT_THAT(words("'\"' \"'\""), ElementsAre("\"", "'"));
  EXPECT_THAT(words("$HOME *"), ElementsAre("$HOME", "*"));
}

TEST(ShellWords, SaysWhatIsOpen) {
  EXPECT_FALSE(split_words("'abc"));
  EXPECT_FALSE(split_words("\"abc"));
  EXPECT_FALSE(split_words("abc\\"));
  EXPECT_FALSE(split_words("\"abc\\"));
}

}  // namespace
}  // namespace km::runner
