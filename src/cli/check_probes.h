// The probes of `check`, and what their answers mean as findings.
#pragma once

#include "casefile/casefile.h"
#include "diagnosis/rule.h"
#include "probe/probe.h"
#include "report/report.h"

namespace km::cli {

report::ProbeAnswer shown(const probe::Answer& answer);

struct ProbeFinding {
  diagnosis::Finding finding;
  bool deadly = false;
};

// Nothing where it passed or was skipped. A death is judged already; of an answer "no" what it said
// is judged by the same rules, together with what the scan knows (`file`). The facts that decided
// are added to `file`.
std::optional<ProbeFinding> finding_of(const probe::Answer& answer, casefile::CaseFile& file);

}  // namespace km::cli
