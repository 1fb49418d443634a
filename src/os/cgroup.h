// Memory control groups, v1 and v2: which one a process is in, what it counts, and one of our own
// with a limit.
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

struct CgroupUse {
  std::int64_t usage_bytes = 0;
  std::int64_t limit_bytes = 0;       // the tightest of it and its ancestors; 0: none
  std::int64_t file_cache_bytes = 0;  // page cache that can be dropped under pressure
};

// v1 memory.oom_control/failcnt, v2 memory.events. Deltas between two looks are what matters.
struct CgroupEvents {
  std::int64_t oom_kills = 0;   // processes killed in this cgroup
  std::int64_t limit_hits = 0;  // v1 failcnt, v2 "max"
  std::int64_t peak_bytes = 0;  // v1 max_usage, v2 memory.peak; 0 where the kernel has none
};

// The memory cgroup of a process. Reads keep working after the process has gone, as long as the
// cgroup exists.
class Cgroup {
 public:
  // Nothing where the system mounts no memory controller.
  static std::optional<Cgroup> of(pid_t pid, const Root& root = {});
  // A new one below ours (or beside it, where a service manager delegated that) with this limit;
  // swap does not stretch it. Its folder is called "<name>.<our pid>"; empty ones that dead
  // processes of this name left are removed. The error says why not, and what to do.
  static Result<Cgroup> create(std::string_view name, std::int64_t limit_bytes,
                               const Root& root = {});
  // The one with this procs_file(), after the supervisor that knew it was killed. `own`: create()
  // had made it, and it is removed like one of ours. Nothing where it has gone.
  static std::optional<Cgroup> reopen(const std::string& procs_file, int version, bool own);
  Cgroup(Cgroup&&) noexcept;
  Cgroup& operator=(Cgroup&&) noexcept;
  ~Cgroup();  // removes one that create() made, once it is empty

  int version() const;              // 1 or 2
  const std::string& path() const;  // as /proc/<pid>/cgroup tells it
  std::string procs_file() const;   // to write a pid into
  std::optional<CgroupUse> use() const;
  // That number of use() alone, at a fifth of its price: memory.stat adds up all cgroups below.
  std::optional<std::int64_t> usage_bytes() const;
  std::optional<CgroupEvents> events() const;
  std::vector<pid_t> processes() const;

 private:
  struct State;
  explicit Cgroup(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace km::os
