// What only all the evidence together tells: contradictions, and the death as one thing.
#pragma once

#include "casefile/casefile.h"

namespace km::readers {

// Facts that can have one value and were told two become a gap that shows both; the death gets what
// the facts say of it.
void judge_together(casefile::CaseFile& out);

}  // namespace km::readers
