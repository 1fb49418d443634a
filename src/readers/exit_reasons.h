// Why a container engine, a batch system or a hub ended a process, in its own words.
#pragma once

#include "casefile/casefile.h"
#include "intake/excerpt.h"

namespace km::readers {

// Adds scheduler.reason, and the memory limit where one is told.
void read_exit_reasons(const intake::Excerpt& excerpt, casefile::CaseFile& out);

}  // namespace km::readers
