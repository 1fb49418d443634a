// Literals that expressions cannot do without: what is promised must hold.
#include "diagnosis/literals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

namespace km::diagnosis {
namespace {

using testing::ElementsAre;

std::vector<std::string> any_of(std::string_view expression) {
  const auto literals = literals_of(expression);
  return literals ? literals->any_of : std::vector<std::string>{};
}

TEST(Literals, TheLongestRunOfASequence) {
  EXPECT_THAT(any_of("invoked oom-killer"), ElementsAre("invoked oom-killer"));
  EXPECT_THAT(any_of(R"(^version `GLIBC_\d+\.\d+' not found)"), ElementsAre("version `GLIBC_"));
  EXPECT_THAT(any_of(R"(\bmach-o, but\b)"), ElementsAre("mach-o, but"));
}

TEST(Literals, OneOfEachAlternative) {
  EXPECT_THAT(any_of("Killed: 9|illegal hardware|cannot fork"),
              ElementsAre("Killed: 9", "illegal hardware", "cannot fork"));
  EXPECT_THAT(any_of("li(?:bomp|biomp5)[.]"), ElementsAre("bomp", "biomp5"));
  EXPECT_THAT(any_of("x(abc|d)"), ElementsAre());  // "d" is too short to promise
  EXPECT_THAT(any_of("broken(?:pipe|)"), ElementsAre("broken"));
}

TEST(Literals, WhatRepeatsIsAWholeCharacter) {
  EXPECT_THAT(any_of("abc\u00e9*"), ElementsAre("abc"));
  EXPECT_THAT(any_of("\xf2\x84\x9a\x82*"), ElementsAre());
  EXPECT_THAT(any_of("ab\u20ac+"), ElementsAre("ab\u20ac"));
}

// The colon of "[:" cannot close a named class as well: "[[:]" is a whole one.
TEST(Literals, AClassOfABracketAndAColon) {
  EXPECT_THAT(any_of("[[:]|+]+Abq"), ElementsAre());
  EXPECT_THAT(any_of("[[:]Abq"), ElementsAre("Abq"));
  EXPECT_THAT(any_of("[[:alpha:]x]Abq"), ElementsAre("Abq"));
}

TEST(Literals, ABraceThatCountsNothingGivesUp) {
  EXPECT_THAT(any_of(R"(\d{",|}abcd)"), ElementsAre());  // "abcd" is but one alternative
  EXPECT_THAT(any_of("x{2,5}abcd"), ElementsAre("abcd"));
  EXPECT_THAT(any_of("x{2,}abcd"), ElementsAre("abcd"));
  EXPECT_THAT(any_of("x{,5}abcd"), ElementsAre());
  EXPECT_THAT(any_of("abcd{"), ElementsAre());
}

TEST(Literals, WhatMayBeAbsentIsNotPromised) {
  EXPECT_THAT(any_of("colou?r mode"), ElementsAre("r mode"));
  EXPECT_THAT(any_of("abc(def)*"), ElementsAre("abc"));
  EXPECT_THAT(any_of("abcd{0,3}efg"), ElementsAre("abc"));
  EXPECT_THAT(any_of("abcd{2}"), ElementsAre("abcd"));
  EXPECT_THAT(any_of("[a-z]+"), ElementsAre());
  EXPECT_THAT(any_of(R"(\Qa+b\E)"), ElementsAre());
  EXPECT_THAT(any_of("(?s)abc"), ElementsAre());
  EXPECT_THAT(any_of("abc(?i)def"), ElementsAre());
}

TEST(Literals, CaseIsFoldedWhereTheExpressionSaysSo) {
  const auto literals = literals_of("(?i)Out Of Memory");
  ASSERT_TRUE(literals);
  EXPECT_TRUE(literals->may_match("CUDA out of MEMORY."));
  EXPECT_FALSE(literals->may_match("out of order"));
}

TEST(Literals, NeverDenyWhatMatches) {
  const std::vector<std::string> expressions{"a.c|bcd{2,}e",   "(?i)x(yz)?abc",     "[]abc]+def",
                                             "[^]]+ghi",       R"(\(abc\)\[d])",    "a{x}bc",
                                             "[[:alpha:]]abc", "(?P<name>abc)+d?e", "a|",
                                             "(((abc)))?def",  "abc??def",          "ab+c+d"};
  const std::vector<std::string> texts{"axc",  "bcdde",    "XABC",   "xyzabc",  "]adef",
                                       "xghi", "(abc)[d]", "a{x}bc", "zabc",    "abcabce",
                                       "",     "def",      "abdef",  "abbbccd", "abcdef"};
  for (const auto& expression : expressions) {
    const re2::RE2 compiled(expression);
    ASSERT_TRUE(compiled.ok()) << expression;
    const auto literals = literals_of(expression);
    for (const auto& text : texts) {
      if (!re2::RE2::PartialMatch(text, compiled) || !literals) continue;
      EXPECT_TRUE(literals->may_match(text)) << expression << " in " << text;
    }
  }
}

TEST(Literals, BrokenExpressionsPromiseNothing) {
  for (const auto* broken : {"(", "abc)", "[", "abc\\", "(?P<x", "abc{", "(?", "[[:", "a{1"}) {
    EXPECT_FALSE(literals_of(broken)) << broken;
  }
  EXPECT_FALSE(literals_of(std::string(5000, '(')));
}

}  // namespace
}  // namespace km::diagnosis
