// What the kernel's log says about a killed or faulted process; parsers over lines of it, pure.
#pragma once

#include "evidence/scene.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace km::evidence {

// One OOM kill: what stands before it (the cgroup's usage, since Linux 4.19 a summary
// "oom-kill:constraint=...", until then "Kill process ... or sacrifice child") joined with "Killed
// process ...".
struct OomKill {
  pid_t pid = -1;
  std::string task;        // name of the victim, at most 15 bytes, anything in it
  std::string constraint;  // "CONSTRAINT_MEMCG", "CONSTRAINT_NONE", ...
  std::string oom_memcg;   // the cgroup whose limit was hit; empty for the whole machine
  std::string task_memcg;  // the cgroup of the victim
  std::int64_t anon_rss_bytes = -1;
  std::int64_t limit_bytes = -1;  // of the cgroup, where its usage is told
  std::optional<int> score_adj;   // of the victim
  std::size_t record = 0;         // which of the records the report is
  std::string report;             // the line about the kill, as it is in the log
};
std::vector<OomKill> parse_oom_kills(std::span<const std::string> records);

// "python3 invoked oom-killer: ..., oom_score_adj=991": who asked for memory when there was none.
struct OomCall {
  std::string task;
  std::optional<int> score_adj;
};
std::optional<OomCall> parse_oom_call(std::string_view record);

// Whom a kill hit, seen from our process; the nearer, the smaller.
enum class Victim { this_process, child, other, unknown };
struct Attribution {
  const OomKill* kill = nullptr;  // one of those given
  Victim victim = Victim::unknown;
};
// The kill that concerns our process most; nothing where none does. `host_pids`: the log's pids and
// ours are comparable.
std::optional<Attribution> most_relevant(const Scene& scene, std::span<const OomKill> kills,
                                         bool host_pids);

// "python3[4711]: segfault at 0 ip ... error 4 in libc.so.6[7f...]", "traps: python3[4711] trap
// invalid opcode ...", "python3[4711]: unhandled level 2 translation fault (11) at ...".
struct FaultRecord {
  pid_t pid = -1;       // of the thread
  std::string process;  // its name
  std::string image;    // file that the instruction belongs to; empty: none
  std::string signal;   // "SIGSEGV"
  std::string line;
};
std::optional<FaultRecord> parse_fault(std::string_view record);

}  // namespace km::evidence
