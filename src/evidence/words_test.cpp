#include "evidence/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace km::evidence {
namespace {

using ::testing::ElementsAre;

TEST(Words, LoseWhatOnlyATerminalUnderstands) {
  EXPECT_EQ(clean_words("\x1b[31mred\x1b[0m plain\n"), "red plain");
  EXPECT_EQ(clean_words("\x1b]0;title\aafter\n\x1b]8;;http://x\x1b\\link"), "after\nlink");
  EXPECT_EQ(clean_words("a\x1b(Bb\x1b"
                        "7c"),
            "abc");
  EXPECT_EQ(clean_words("cut \x1b[3"), "cut ");
  EXPECT_EQ(clean_words("cut \x1b"), "cut ");
  EXPECT_EQ(clean_words("\x1b[31\nnext"), "\nnext");
  EXPECT_EQ(clean_words("tab\tstays, bell\a goes"), "tab\tstays, bell goes");
}

TEST(Words, ShowAProgressBarAsItStoodLast) {
  EXPECT_EQ(clean_words("  1%|\r 50%|\r100%|\r\ndone\r\n"), "100%|\ndone");
}

TEST(Words, AreUtf8WhateverCame) {
  EXPECT_EQ(clean_words("a\xff"
                        "b"),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(clean_words(std::string_view("x\0y", 3)), "xy");
  EXPECT_EQ(clean_words("gr\xC3\xBC\xC3\x9F"), "gr\xC3\xBC\xC3\x9F");
}

TEST(Words, AreBounded) {
  EXPECT_LE(clean_words(std::string(1'000'000, 'x')).size(), intake::kLineBytes + 3);
  EXPECT_LE(clean_words(std::string(1'000'000, '\xff')).size(), kWordsBytes);
  std::string lines;
  for (int i = 0; i < 100'000; ++i) lines += "\xff\xff\xff line " + std::to_string(i) + "\n";
  const std::string clean = clean_words(lines);
  EXPECT_LE(clean.size(), kWordsBytes);
  EXPECT_TRUE(clean.ends_with("line 99999"));
}

TEST(Words, KeepTheirLastLinesWithoutNoise) {
  const std::string words = clean_words(
      "first\n0.00s - Debugger warning: It seems that frozen modules are being used, which may\n"
      "0.00s - make the debugger miss breakpoints. Please pass -Xfrozen_modules=off\n"
      "0.00s - to python to disable frozen modules.\n"
      "0.00s - Note: Debugging will proceed. Set PYDEVD_DISABLE_FILE_VALIDATION=1 to disable this "
      "validation.\n\n   \nsecond\nthird");
  EXPECT_THAT(last_lines(words, 10), ElementsAre("first", "second", "third"));
  EXPECT_THAT(last_lines(words, 2), ElementsAre("second", "third"));
  EXPECT_TRUE(last_lines("", 10).empty());
  EXPECT_TRUE(last_lines("\n\n", 10).empty());
}

}  // namespace
}  // namespace km::evidence
