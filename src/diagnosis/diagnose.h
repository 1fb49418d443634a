// Facts × rules → findings. Pure: the same case file gives the same answer on every machine.
#pragma once

#include "casefile/casefile.h"
#include "diagnosis/rule.h"
#include "result.h"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace km::diagnosis {

// Never empty: where no rule matches, the finding is `unknown` and its `do` says what to collect.
// Ordered: `over` first, then confidence, then rank, then number of deciding facts, then rule id.
// Findings of the same cause are joined into the strongest one.
std::vector<Finding> diagnose(const casefile::CaseFile& casefile, std::span<const Rule> rules);

// What is wrong with an environment in which nothing has died yet: every rule of rules/check/ that
// matches is a finding of its own, the most certain first; diagnose() leaves those rules out.
// Empty: nothing was found.
std::vector<Finding> examine(const casefile::CaseFile& casefile, std::span<const Rule> rules);

// Does the condition hold? Appends the names of the facts that decided a match to `because`.
Outcome evaluate(const Condition& condition, const casefile::CaseFile& casefile,
                 std::vector<std::string>* because);

// What the program was built with (rules/**.toml), parsed once. Broken rules cannot be built in: a
// test loads them.
const std::vector<Rule>& built_in_rules();

// The built-in rules and those below `folder` (may be empty); a rule with a known id replaces it.
Result<std::vector<Rule>> rules_with(const std::string& folder);

// What the rules look for in single lines (words.line).
struct LinePatterns {
  std::vector<std::string> expressions;                // RE2 syntax
  std::function<bool(std::string_view line)> matters;  // one of them is found
};
LinePatterns line_patterns(std::span<const Rule> rules);
// Those without which the rule cannot match: not those under `none`, `stronger_when`,
// `weaker_when`.
std::vector<std::string> needed_expressions(const Rule& rule);

// A report: the case file and what was made of it.
struct Diagnosis {
  casefile::CaseFile casefile;
  std::vector<Finding> findings;
  const Finding& verdict() const { return findings.front(); }
};

}  // namespace km::diagnosis
