// Judges by the compatibility data whether the packages, the Python and the machine that a case
// tells of fit each other.
#pragma once

#include "casefile/casefile.h"

namespace km::evidence {

// Adds compat.*: a sentence for each misfit; "not there" where all that a judgement needs was known
// and fits; nothing where facts are missing.
void add_compat(casefile::CaseFile& out);

}  // namespace km::evidence
