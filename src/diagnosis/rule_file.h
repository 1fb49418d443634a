// Rule files and their test files: TOML → values, with errors that name file, line and field.
// rules/README.md tells the format. Both readers are pure and take any bytes.
#pragma once

#include "casefile/casefile.h"
#include "diagnosis/rule.h"
#include "result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace km::diagnosis {

// A file of the knowledge base as it was found.
struct RuleText {
  std::string path;  // for error texts
  std::string id;    // what the place says the rule is called: "memory/cgroup-limit"
  std::string text;
  bool is_test = false;  // memory/cgroup-limit.test.toml
};

// Path and id from a name below the rules' folder; nothing where it is no TOML file.
std::optional<RuleText> rule_text(std::string_view shown_path, std::string_view path_below_rules,
                                  std::string text);

Result<Rule> parse_rule(const RuleText& file);
// The same without `say`, and without a look at whether its patterns are good: for files that were
// built in. Three quarters of a rule are sentences, and few rules of a case need theirs.
Result<Rule> parse_rule_head(const RuleText& file);

// One case beside a rule: with these facts it must answer so.
struct RuleCase {
  std::string name;
  Outcome expect = Outcome::no_match;
  std::optional<Confidence> confidence;  // of the match
  std::string verdict;  // the cause that all rules together must name; may be empty
  casefile::CaseFile casefile;
  std::string where;  // "rules/memory/cgroup-limit.test.toml:12", for error texts
};
Result<std::vector<RuleCase>> parse_rule_cases(const RuleText& file);

}  // namespace km::diagnosis
