// The checker must find each kind of neglect in a knowledge base.
#include "diagnosis/check_rules.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace km::diagnosis {
namespace {

RuleText rule(const std::string& id) {
  return {"r/" + id + ".toml", id,
          "id = \"" + id +
              "\"\ncause = \"disk_full\"\ntitle = \"T\"\nweight = \"likely\"\n"
              "when = {fact = \"exit.code\", equals = 28}\n"
              "say = {what = \"w\", why = \"y\", do = [\"d\"], see = [\"errno(3)\"]}\n",
          false};
}

RuleText tests(const std::string& id, const std::string& text) {
  return {"r/" + id + ".test.toml", id, text, true};
}

std::string one(const std::string& expect, int code, const std::string& more = {}) {
  return "[[case]]\nname = \"n\"\nexpect = \"" + expect + "\"\n" + more +
         "\nfacts = {\"exit.code\" = " + std::to_string(code) + "}\n";
}

const std::string kBoth = one("match", 28) + one("no-match", 1);

std::vector<std::string> problems(const std::vector<RuleText>& texts) {
  return check_rules(texts).problems;
}

using Problems = std::vector<std::string>;

TEST(CheckRules, AGoodPairIsCounted) {
  const std::vector<RuleText> texts{rule("a"), tests("a", kBoth)};
  const auto check = check_rules(texts);
  EXPECT_EQ(check.problems, Problems{});
  EXPECT_EQ(check.rules, 1U);
  EXPECT_EQ(check.cases, 2U);
}

TEST(CheckRules, TellsEveryNeglect) {
  EXPECT_EQ(problems({rule("a")}), Problems{"a.toml: there is no a.test.toml beside it"});
  EXPECT_EQ(problems({tests("a", kBoth)}),
            Problems{"r/a.test.toml: there is no rule a.toml beside it"});
  EXPECT_EQ(problems({rule("a"), tests("a", one("match", 28))}),
            Problems{"r/a.test.toml: no case expects \"no-match\""});
  EXPECT_EQ(problems({rule("a"), tests("a", one("no-match", 1))}),
            Problems{"r/a.test.toml: no case expects \"match\""});
  auto silent = rule("a");
  silent.text.replace(silent.text.find(", see = [\"errno(3)\"]"), 20, "");
  EXPECT_EQ(problems({silent, tests("a", kBoth)}),
            Problems{"r/a.toml: say.see: missing: where was this established?"});
  EXPECT_EQ(problems({rule("a"), tests("a", "x")}).size(), 1U);
}

TEST(CheckRules, TellsWrongAnswers) {
  EXPECT_EQ(problems({rule("a"), tests("a", kBoth + one("unknown", 28))}),
            Problems{"r/a.test.toml:11: \"n\": expected unknown, got match"});
  EXPECT_EQ(problems({rule("a"), tests("a", kBoth + one("match", 28, "confidence = \"certain\""))}),
            Problems{"r/a.test.toml:11: \"n\": expected certain, got likely"});
  EXPECT_EQ(
      problems({rule("a"), tests("a", kBoth + one("match", 28, "verdict = \"stack_overflow\""))}),
      Problems{"r/a.test.toml:11: \"n\": expected the verdict stack_overflow, got disk_full (a)"});
}

TEST(CheckRules, ABrokenRuleDoesNotHideTheOthers) {
  auto broken = rule("a");
  broken.text = "id = ";
  const auto check =
      check_rules(std::vector<RuleText>{broken, tests("a", kBoth), rule("b"), tests("b", kBoth)});
  EXPECT_EQ(check.problems.size(), 1U);
  EXPECT_EQ(check.rules, 2U);
  EXPECT_EQ(check.cases, 2U);
}

}  // namespace
}  // namespace km::diagnosis
