// What the system tells about a process that is not ours to question: identity, use of resources,
// limits.
#pragma once

#include "os/root.h"
#include "result.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace km::os {

// A process is named by pid and start time, since pids are reused.
struct ProcessId {
  pid_t pid = -1;
  std::uint64_t start_ticks =
      0;  // Linux: field 22 of /proc/<pid>/stat; macOS: start time in microseconds
  friend bool operator==(const ProcessId&, const ProcessId&) = default;
};

// Nothing where there is no such process (any more). A zombie is still there.
std::optional<ProcessId> identify(pid_t pid, const Root& root = {});
bool is_alive(const ProcessId& id, const Root& root = {});  // false for a zombie

// /proc/<pid>/stat, where the name in parentheses may hold anything, ") Z " included.
struct ProcessStat {
  std::string name;
  char state = '?';
  pid_t parent = -1;
  int threads = 0;
  std::uint64_t start_ticks = 0;
  std::uint64_t user_ticks = 0;
  std::uint64_t system_ticks = 0;
  std::int64_t rss_pages = 0;
};
std::optional<ProcessStat> parse_stat(std::string_view text);

// Use of one process and all its descendants together.
struct TreeUse {
  std::int64_t rss_bytes = 0;       // sum; pages shared by a fork count for each
  std::int64_t root_rss_bytes = 0;  // the process itself
  std::int64_t data_vm_bytes = 0;   // of the process itself: what RLIMIT_DATA counts, and its stack
  std::int32_t processes = 0;
  std::int32_t threads = 0;
  std::int32_t fds = 0;    // of the process itself; -1 where it may not be counted
  double cpu_seconds = 0;  // user and system, of those alive now
};

// Reads a tree again and again; keeps descriptors between two looks. Not for use from two threads.
class TreeReader {
 public:
  explicit TreeReader(pid_t root_pid, Root root = {});
  ~TreeReader();
  TreeReader(TreeReader&&) noexcept;
  TreeReader& operator=(TreeReader&&) noexcept;
  std::optional<TreeUse> read();  // nothing once the root process is gone
  // Every process that was ever seen below the root, oldest first; those after the 4096th are left
  // out.
  const std::vector<pid_t>& descendants() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The soft limits that end processes, as names and values ("RLIMIT_DATA"); unlimited ones are left
// out.
struct Limit {
  std::string name;
  std::int64_t soft = 0;
};
std::vector<Limit> limits_of(pid_t pid, const Root& root = {});

// Size of the main thread's stack as far as it has ever grown (Linux: VmStk); nothing for a process
// that has ended, and where the system does not tell.
std::optional<std::int64_t> stack_bytes(pid_t pid, const Root& root = {});

// Files below `folder` that some process has open or mapped, as far as we may look into each;
// sorted. For a folder of few files, such as /dev/shm.
std::vector<std::string> files_in_use(std::string_view folder, const Root& root = {});

// The architecture that a process runs as, "x86_64" for one that Rosetta translates (macOS); empty
// where the system does not tell, and for a process that is gone.
std::string architecture_of(pid_t pid);

// oom_score and oom_score_adj; nothing where the system has none.
std::optional<int> oom_score(pid_t pid, const Root& root = {});
std::optional<int> oom_score_adj(pid_t pid, const Root& root = {});

}  // namespace km::os
