// The static half of `check`: looks at an environment and at what lies around it, starts nothing
// of it, and tells what it found as facts.
#pragma once

#include "casefile/casefile.h"
#include "scan/inventory.h"
#include "scan/judges.h"

#include <string>
#include <vector>

namespace km::scan {

// `wrap`: the command that the interpreter will be started through; the processor is asked behind
// it. Facts: scan.*, compat.*, and the host.*, cpu.*, python.*, memory.*, limit.*, shm.* that they
// are judged by.
casefile::CaseFile scan(const Inventory& inventory, const Surroundings& around,
                        const std::vector<std::string>& wrap);

}  // namespace km::scan
