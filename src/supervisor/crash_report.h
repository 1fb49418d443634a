// The system's own report on a death that we saw, where it writes one (macOS): awaited, and read as
// `explain` reads it.
#pragma once

#include "casefile/casefile.h"
#include "readers/apple_match.h"

#include <chrono>
#include <filesystem>
#include <vector>

namespace km::supervisor {

struct CrashReport {
  std::vector<casefile::Fact> facts;  // about the crash: crash.*, libraries.*, jetsam.*
  std::vector<casefile::Gap> gaps;    // no report, or a folder that we may not read
};

// Looks into the folders again and again, for at most so long: a report is written after the
// process has gone (facts: 0 to 11 s later). Empty folders: nothing at once.
CrashReport await_crash_report(const readers::apple::Seen& seen,
                               const std::vector<std::filesystem::path>& folders,
                               std::chrono::milliseconds longest);

}  // namespace km::supervisor
