// The explicit list of collectors: each turns one source into facts and says what it could not get.
// Never prints.
#pragma once

#include "casefile/casefile.h"
#include "evidence/scene.h"

namespace km::evidence {

// Everything about one live death, in a fixed order; may look at the system (packages on disk,
// kernel log, host, free space) and start one short-lived child under `scene.wrap` to ask for the
// emulated processor. At most ~1 s, typically some milliseconds.
casefile::CaseFile collect(const Scene& scene);

// The collectors, in the order in which they run:
// Files: exit limits memory oom words cell python packages host space (.cpp); their parsers stand
// beside them.

}  // namespace km::evidence
