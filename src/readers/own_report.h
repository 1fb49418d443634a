// kernelmedic's own case files and reports, handed in as evidence.
#pragma once

#include "casefile/casefile.h"
#include "result.h"

#include <string>
#include <string_view>

namespace km::readers {

// `kernelmedic.case/1` or `kernelmedic.report/1`: its facts, gaps and death join `out`; sources say
// which file they come from.
Result<> add_own_report(std::string_view text, const std::string& name, casefile::CaseFile& out);

}  // namespace km::readers
