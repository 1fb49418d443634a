// Which architectures a Mac's interpreter and its packages are there for: what decides how a kernel
// is to be started.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace km::scan {

struct Slices {
  std::vector<std::string> interpreter;  // "x86_64", "arm64", "arm64e"; empty: it cannot be read
  std::vector<std::string> packages;     // that every package seen has; empty: none fits all
  int looked_at = 0;                     // native files of packages
};

// A look, not an inventory: of each site-packages folder and its subfolders, a few files. Follows
// links. Bounded, since it comes before a kernel's start.
Slices slices_of(const std::filesystem::path& interpreter);

// "arm64" where a universal interpreter is to be started natively on Apple silicon, since its
// packages are native; empty: as the system starts it. For ChildPlan::architecture.
std::string native_start(const Slices& slices);

}  // namespace km::scan
