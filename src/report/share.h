// A diagnosis made fit to be sent to others: cell code, environment values, secrets, host and user
// names taken out.
#pragma once

#include "diagnosis/diagnose.h"
#include "report/report.h"

namespace km::report {

// The same diagnosis without what only concerns this machine and its owner; its sentences included.
diagnosis::Diagnosis shared(const diagnosis::Diagnosis& diagnosis, const Names& names);

}  // namespace km::report
