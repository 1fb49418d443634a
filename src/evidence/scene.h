// What the supervisor hands to the collectors when a process has ended: everything it saw with its
// own eyes.
#pragma once

#include "casefile/casefile.h"
#include "evidence/sample.h"
#include "os/cgroup.h"
#include "os/child.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace km::evidence {

// Plain values; nothing in it is owned elsewhere. What is not known stays empty and becomes a gap.
struct Scene {
  std::string subject;  // "kernel" or "program"
  std::string phase;    // "start", "cell", "idle" or "program"
  std::string
      requested;  // "shutdown", "interrupt", "time_limit", "terminated"; empty: nobody asked
  pid_t pid = -1;
  std::vector<std::string> argv;  // as started, --wrap included
  std::vector<std::string> wrap;  // the emulator or launcher before the interpreter
  std::string python;             // the interpreter; empty: not Python
  std::string working_folder;
  std::string architecture;     // that the process runs as (os::architecture_of); empty: not known
  std::int64_t started_us = 0;  // CLOCK_MONOTONIC
  std::int64_t ended_us = 0;
  std::string ended_time;                 // ISO 8601, UTC
  std::optional<os::ExitStatus> status;   // nothing where the supervisor died first
  bool supervisor_killed = false;         // the case is completed later, from the ring
  std::vector<Sample> samples;            // oldest first
  std::vector<casefile::CellMark> marks;  // where cells began, seconds since the start
  std::string words;                      // the end of fd 1 and 2
  std::optional<casefile::Cell> cell;     // that was running
  // Cells run by this process, by the file name that ipykernel gives their code ("2623314910.py") →
  // "cell 3".
  std::map<std::string, std::string> cell_files;
  // Memory: the limit that we or somebody else set, and the own cgroup's counters before and after.
  std::optional<std::int64_t> limit_bytes;
  std::string limit_source;        // "cgroup v1 memory.limit_in_bytes", "RLIMIT_DATA", ...
  int cgroup_version = 0;          // 0: none
  bool cgroup_own = false;         // made by us for this process alone
  std::string cgroup_path;         // as the kernel log names it (Cgroup::path()); empty: unknown
  std::vector<pid_t> descendants;  // pids seen in its tree; the kernel log may name one of them
  std::optional<os::CgroupEvents> cgroup_before;
  std::optional<os::CgroupEvents> cgroup_after;
  std::optional<std::int64_t> host_oom_kills_before;
  std::optional<std::int64_t> host_oom_kills_after;
  std::vector<std::pair<std::string, std::int64_t>>
      limits;  // soft limits of the process: "RLIMIT_NPROC" → 4096
  // Looked at while the process said its last words, which its end changes.
  std::optional<std::int64_t> stack_bytes;  // of the main thread
  std::optional<std::int64_t>
      shm_free_bytes;            // in /dev/shm; what only it had mapped is given back at its end
  std::optional<int> oom_score;  // last look before the end
  std::optional<int> oom_score_adj;
};

}  // namespace km::evidence
