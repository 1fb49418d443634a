// The knowledge base that is built in, and folders that add to it.
#include "diagnosis/check_rules.h"
#include "diagnosis/diagnose.h"
#include "diagnosis/rule_set.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>

namespace km::diagnosis {
namespace {

namespace fs = std::filesystem;

TEST(BuiltInRules, HoldAllTheirTests) {
  const auto texts = built_in_texts();
  const auto check = check_rules(texts);
  EXPECT_GT(check.rules, 0U);
  for (const auto& problem : check.problems) ADD_FAILURE() << problem;
  EXPECT_EQ(built_in_rules().size(), check.rules);
}

TEST(BuiltInRules, GiveAnAnswerWithSomethingToDoForEveryCaseBesideThem) {
  for (const auto& file : built_in_texts()) {
    if (!file.is_test) continue;
    const auto cases = parse_rule_cases(file);
    ASSERT_TRUE(cases) << cases.error().what;
    for (const auto& one : *cases) {
      for (const auto& finding : diagnose(one.casefile, built_in_rules())) {
        EXPECT_FALSE(finding.actions.empty()) << one.where << " " << finding.rule;
        EXPECT_EQ(finding.title.find("unknown"), std::string::npos)
            << one.where << " " << finding.title;
      }
    }
  }
}

class RulesFolder : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "km-rules-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
  }
  static std::string rule(const std::string& id) {
    return "id = \"" + id +
           "\"\ncause = \"disk_full\"\ntitle = \"Ours\"\nweight = \"likely\"\n"
           "when = {fact = \"exit.code\", equals = 28}\n"
           "say = {what = \"w\", why = \"y\", do = [\"d\"]}\n";
  }

  fs::path folder_;
};

TEST_F(RulesFolder, AddsAndReplaces) {
  const auto known = built_in_rules().front().id;
  write("house/ours.toml", rule("house/ours"));
  write(known + ".toml", rule(known));
  write("house/notes.txt", "not a rule");
  const auto rules = rules_with(folder_.string());
  ASSERT_TRUE(rules) << rules.error().what;
  EXPECT_EQ(rules->size(), built_in_rules().size() + 1);
  EXPECT_EQ(rules->back().id, "house/ours");
  EXPECT_EQ(rules->front().title, "Ours");
}

TEST_F(RulesFolder, BrokenAndMissingOnesAreErrors) {
  write("bad.toml", "id = \"bad\"");
  const auto bad = rules_with(folder_.string());
  ASSERT_FALSE(bad);
  EXPECT_NE(bad.error().what.find("bad.toml:1: cause: missing"), std::string::npos)
      << bad.error().what;
  const auto missing = rules_with((folder_ / "not-there").string());
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().what.find("cannot read the rules in"), std::string::npos);
  EXPECT_EQ(rules_with("")->size(), built_in_rules().size());
}

}  // namespace
}  // namespace km::diagnosis
