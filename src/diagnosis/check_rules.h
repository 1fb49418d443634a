// The knowledge base tested against itself: what `kernelmedic rules test` and the test suite run.
#pragma once

#include "diagnosis/rule_file.h"

#include <span>
#include <string>
#include <vector>

namespace km::diagnosis {

struct RuleCheck {
  std::size_t rules = 0;
  std::size_t cases = 0;
  std::vector<std::string> problems;  // sentences with file and line; empty: all is well
};

// A rule without a test file, without a `match` or without a `no-match` case, a test without its
// rule, a file that does not parse, a case that is answered otherwise: each is a problem, and all
// are told.
RuleCheck check_rules(std::span<const RuleText> texts);

}  // namespace km::diagnosis
