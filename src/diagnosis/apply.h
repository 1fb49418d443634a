// One rule on one case file: the step between conditions and ranked findings, also used by the
// rules' own tests.
#pragma once

#include "casefile/casefile.h"
#include "diagnosis/rule.h"

#include <optional>

namespace km::diagnosis {

struct Answer {
  Outcome outcome = Outcome::no_match;
  std::optional<Finding> finding;  // with a match
};

Answer apply(const Rule& rule, const casefile::CaseFile& casefile);

// What is said where no rule matched: what is known, and what to collect.
Finding unknown_finding(const casefile::CaseFile& casefile);

}  // namespace km::diagnosis
