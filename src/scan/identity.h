// A key for all that a look at an environment depends on, at the price of walking its folders:
// while it stays the same, so does what was found.
#pragma once

#include "scan/environment.h"
#include "scan/judges.h"

#include <string>
#include <vector>

namespace km::scan {

// 16 hexadecimal digits. Native files and packages' records by name, size, time and inode; the
// interpreter; the working folder's names; kernelspecs' folders; variables that lead to libraries;
// this processor and `wrap`. Memory and limits are left out: they change all the time.
std::string identity_of(const Environment& environment, const Surroundings& around,
                        const std::vector<std::string>& wrap);

}  // namespace km::scan
