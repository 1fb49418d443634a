// The list of names must stay sorted (it is searched by halves), and values must read well.
#include "casefile/fact.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace km::casefile {
namespace {

TEST(FactNames, AreSortedUniqueAndExplained) {
  const auto names = fact_names();
  ASSERT_FALSE(names.empty());
  for (std::size_t i = 1; i < names.size(); ++i) EXPECT_LT(names[i - 1].name, names[i].name);
  for (const auto& known : names) {
    EXPECT_TRUE(is_declared(known.name)) << known.name;
    EXPECT_FALSE(known.meaning.empty()) << known.name;
  }
}

TEST(FactNames, KnowNothingElse) {
  for (const auto* name : {"", "exit", "exit.sgnal", "exit.signal ", "EXIT.SIGNAL", "zzz"}) {
    EXPECT_FALSE(is_declared(name)) << name;
  }
}

TEST(ToText, ReadsAsPeopleWrite) {
  EXPECT_EQ(to_text(NotThere{}), "none");
  EXPECT_EQ(to_text(true), "yes");
  EXPECT_EQ(to_text(false), "no");
  EXPECT_EQ(to_text(std::int64_t{-12}), "-12");
  EXPECT_EQ(to_text(0.1 + 0.2), "0.3");
  EXPECT_EQ(to_text(std::string("SIGILL")), "SIGILL");
  EXPECT_EQ(to_text(std::vector<std::string>{"avx", "fma"}), "avx, fma");
  EXPECT_EQ(to_text(std::vector<std::string>{}), "");
}

}  // namespace
}  // namespace km::casefile
