// `check --fix`: a script of the safe repairs, to read and to run by hand.
#pragma once

#include "report/report.h"
#include "scan/inventory.h"

#include <string>

namespace km::cli {

// A POSIX shell script that makes a new environment beside the old one, with the same packages in
// versions that fit each other; what no installation repairs stands in it as comments. Nothing is
// changed by making it, and the old environment is left alone by running it.
std::string fix_script(const scan::Inventory& inventory, const report::Checkup& checkup);

}  // namespace km::cli
