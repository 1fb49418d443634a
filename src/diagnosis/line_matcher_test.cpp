// The index only spares work: its answer is that of asking each expression.
#include "diagnosis/line_matcher.h"

#include "diagnosis/diagnose.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>

namespace km::diagnosis {
namespace {

using Patterns = std::vector<std::shared_ptr<const Pattern>>;

Patterns patterns_of(const std::vector<std::string>& expressions) {
  Patterns patterns;
  for (const std::string& expression : expressions)
    patterns.push_back(std::make_shared<const Pattern>(expression));
  return patterns;
}

TEST(LineMatcher, FindsALiteralAtAnyPlace) {
  const LineMatcher matcher(patterns_of({"oom-killer", "(?i)Bad Alloc|cannot fork"}));
  EXPECT_TRUE(matcher.found_in("oom-killer"));
  EXPECT_TRUE(matcher.found_in("python invoked oom-killer"));
  EXPECT_TRUE(matcher.found_in("std::BAD ALLOC"));
  EXPECT_TRUE(matcher.found_in("sh: cannot fork"));
  EXPECT_FALSE(matcher.found_in("OOM-killer"));
  EXPECT_FALSE(matcher.found_in("oom-kille"));
  EXPECT_FALSE(matcher.found_in(""));
  EXPECT_FALSE(matcher.found_in("oo"));
}

TEST(LineMatcher, AsksWhatHasNoLiteralAboutEveryLine) {
  const LineMatcher matcher(patterns_of({"^[0-9]+$", "oom-killer"}));
  EXPECT_TRUE(matcher.found_in("42"));
  EXPECT_FALSE(matcher.found_in("forty-two"));
}

TEST(LineMatcher, AnswersAsAllBuiltInExpressionsDo) {
  const auto rules = rules_with("");
  ASSERT_TRUE(rules.has_value()) << rules.error().what;
  const Patterns patterns = patterns_of(line_patterns(*rules).expressions);
  const LineMatcher matcher(patterns);
  for (const auto& source : patterns) {
    if (!source->literals()) continue;  // asked about every line
    for (const std::string& literal : source->literals()->any_of) {
      for (const std::string& line :
           {literal, "2026-01-01 " + literal + ": x", literal.substr(1)}) {
        const bool expected =
            std::any_of(patterns.begin(), patterns.end(),
                        [&](const auto& pattern) { return pattern->found_in(line, nullptr); });
        EXPECT_EQ(matcher.found_in(line), expected) << line;
      }
    }
  }
}

}  // namespace
}  // namespace km::diagnosis
