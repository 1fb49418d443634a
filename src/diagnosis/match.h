// Conditions applied to facts, with what a reader of the verdict wants to know: which facts
// decided, which words.
#pragma once

#include "casefile/casefile.h"
#include "diagnosis/rule.h"

#include <string>
#include <vector>

namespace km::diagnosis {

// How a match came about.
struct Trace {
  std::vector<std::string>
      because;        // names of the deciding facts, each once, in the order of the condition
  std::string words;  // what the first `matches` found: its first group, or all of it
};

Outcome evaluate_traced(const Condition& condition, const casefile::CaseFile& casefile,
                        Trace& trace);

}  // namespace km::diagnosis
