// Ordering, joining, `over` and the honest unknown, on rules made for the purpose.
#include "diagnosis/diagnose.h"

#include "diagnosis/apply.h"
#include "diagnosis/rule_file.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace km::diagnosis {
namespace {

using casefile::CaseFile;

Rule rule(const std::string& id, const std::string& cause, const std::string& weight,
          const std::string& more = {},
          const std::string& when = R"({fact = "exit.signal", equals = "SIGSEGV"})") {
  const auto parsed =
      parse_rule({id + ".toml", id,
                  "id = \"" + id + "\"\ncause = \"" + cause + "\"\ntitle = \"T " + id +
                      "\"\nweight = \"" + weight + "\"\n" + more + "\nwhen = " + when +
                      "\n[say]\nwhat = \"w\"\nwhy = \"y\"\ndo = [\"d\"]\nsee = [\"" + id + "\"]\n",
                  false});
  EXPECT_TRUE(parsed) << parsed.error().what;
  return parsed ? *parsed : Rule{};
}

CaseFile segv() {
  CaseFile casefile;
  casefile.add("exit.signal", std::string("SIGSEGV"), "wait status");
  casefile.add("exit.phase", std::string("cell"), "t");
  casefile.add("host.os", std::string("linux"), "t");
  return casefile;
}

std::vector<std::string> order(const std::vector<Rule>& rules) {
  std::vector<std::string> names;
  for (const auto& finding : diagnose(segv(), rules)) names.push_back(finding.rule);
  return names;
}

using Names = std::vector<std::string>;

TEST(Diagnose, ConfidenceThenRankThenEvidenceThenId) {
  const std::string two =
      R"({all = [{fact = "exit.signal", equals = "SIGSEGV"}, {fact = "exit.phase", equals = "cell"}]})";
  EXPECT_EQ(order({rule("a", "disk_full", "possible", "rank = 100"),
                   rule("b", "stack_overflow", "likely"),
                   rule("c", "framework_bug", "certain", "rank = 0")}),
            (Names{"c", "b", "a"}));
  EXPECT_EQ(
      order({rule("a", "disk_full", "likely", "rank = 10"), rule("b", "stack_overflow", "likely")}),
      (Names{"b", "a"}));
  EXPECT_EQ(
      order({rule("a", "disk_full", "likely"), rule("b", "stack_overflow", "likely", "", two)}),
      (Names{"b", "a"}));
  EXPECT_EQ(order({rule("b", "stack_overflow", "likely"), rule("a", "disk_full", "likely")}),
            (Names{"a", "b"}));
}

TEST(Diagnose, OverMovesWhatItExplainsBelow) {
  EXPECT_EQ(order({rule("a", "disk_full", "certain"), rule("b", "stack_overflow", "certain"),
                   rule("c", "framework_bug", "possible", "over = [\"disk_full\"]")}),
            (Names{"b", "c", "a"}));
}

TEST(Diagnose, ACircleOfOverEnds) {
  EXPECT_EQ(order({rule("a", "disk_full", "likely", "over = [\"stack_overflow\"]"),
                   rule("b", "stack_overflow", "certain", "over = [\"disk_full\"]"),
                   rule("c", "framework_bug", "certain", "over = [\"framework_bug\"]")}),
            (Names{"c", "b", "a"}));
}

TEST(Diagnose, FindingsOfOneCauseAreJoined) {
  const auto findings = diagnose(
      segv(),
      std::vector<Rule>{rule("a", "disk_full", "possible", "over = [\"stack_overflow\"]",
                             R"({fact = "exit.phase", equals = "cell"})"),
                        rule("b", "disk_full", "likely"), rule("c", "stack_overflow", "certain")});
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].rule, "b") << "what the weaker one explains, the joined one explains";
  EXPECT_EQ(findings[0].title, "T b");
  EXPECT_EQ(findings[0].because, (Names{"exit.signal", "exit.phase"}));
  EXPECT_EQ(findings[0].see, (Names{"b", "a"}));
}

TEST(Diagnose, StrongerAndWeakerAreOneStep) {
  const std::string cell = R"({fact = "exit.phase", equals = "cell"})";
  const std::string idle = R"({fact = "exit.phase", equals = "idle"})";
  const std::string lost = R"({fact = "exit.code", equals = 1})";
  const auto confidence = [&](const std::string& weight, const std::string& more) {
    return apply(rule("a", "disk_full", weight, more), segv()).finding->confidence;
  };
  EXPECT_EQ(confidence("likely", "stronger_when = " + cell), Confidence::certain);
  EXPECT_EQ(confidence("certain", "stronger_when = " + cell), Confidence::certain);
  EXPECT_EQ(confidence("likely", "stronger_when = " + idle), Confidence::likely);
  EXPECT_EQ(confidence("likely", "stronger_when = " + lost), Confidence::likely)
      << "unknown is no reason";
  EXPECT_EQ(confidence("likely", "weaker_when = " + cell), Confidence::possible);
  EXPECT_EQ(confidence("possible", "weaker_when = " + cell), Confidence::possible);
}

TEST(Diagnose, ActionsOfOtherSystemsAreLeftOut) {
  auto bound = rule("a", "disk_full", "likely");
  bound.say.actions = {{"everywhere", ""}, {"apt", "linux"}, {"brew", "macos"}};
  EXPECT_EQ(apply(bound, segv()).finding->actions, (Names{"everywhere", "apt"}));
  CaseFile nowhere;
  nowhere.add("exit.signal", std::string("SIGSEGV"), "t");
  EXPECT_EQ(apply(bound, nowhere).finding->actions,
            (Names{"everywhere", "On linux: apt", "On macos: brew"}));
}

TEST(Diagnose, ActionsOfOtherInstallersAreLeftOut) {
  auto bound = rule("a", "disk_full", "likely");
  bound.say.actions = {{"pip install x", "pip"}, {"conda install x", "conda"}};
  auto casefile = segv();
  EXPECT_EQ(apply(bound, casefile).finding->actions,
            (Names{"With pip: pip install x", "With conda: conda install x"}));
  casefile.add("python.install", std::string("conda"), "t");
  EXPECT_EQ(apply(bound, casefile).finding->actions, (Names{"conda install x"}));
}

TEST(Examine, FindsEachByItselfAndNothingOfDeaths) {
  const std::vector<Rule> rules{rule("check/b", "disk_full", "likely"),
                                rule("check/a", "disk_full", "certain"),
                                rule("native/c", "disk_full", "certain")};
  const auto findings = examine(segv(), rules);
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].rule, "check/a");
  EXPECT_EQ(findings[1].rule, "check/b");
  EXPECT_EQ(order(rules), (Names{"native/c"}));
  EXPECT_TRUE(examine(CaseFile{}, rules).empty());
}

TEST(Diagnose, UnknownIsAFindingThatSaysWhatToCollect) {
  auto casefile = segv();
  casefile.gap("the kernel log", "reading /dev/kmsg is not permitted", "sudo dmesg");
  const auto findings =
      diagnose(casefile, std::vector<Rule>{rule("a", "disk_full", "likely", "",
                                                R"({fact = "exit.code", equals = 1})")});
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].cause, "unknown");
  EXPECT_EQ(findings[0].confidence, Confidence::possible);
  EXPECT_NE(findings[0].what.find("SIGSEGV"), std::string::npos);
  ASSERT_FALSE(findings[0].actions.empty());
  EXPECT_NE(findings[0].actions[0].find("sudo dmesg"), std::string::npos);
  EXPECT_FALSE(diagnose(CaseFile{}, {}).front().actions.empty());
}

}  // namespace
}  // namespace km::diagnosis
