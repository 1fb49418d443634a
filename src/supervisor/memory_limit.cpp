// Limits before and after the start of the child.
#include "supervisor/memory_limit.h"

#include "os/host.h"
#include "os/process.h"

#include <unistd.h>
#include <utility>

namespace km::supervisor {

MemoryLimit fall_back_to_data_limit(std::int64_t bytes, const std::string& why,
                                    os::ChildPlan& child) {
  MemoryLimit limit;
  limit.cgroup = os::Cgroup::of(::getpid());  // the child inherits it
  child.cgroup_procs_file.clear();
  child.data_limit_bytes = bytes;
  limit.gaps.push_back(
      {"memory limit by a cgroup", why,
       "RLIMIT_DATA is used: it limits the private memory of each process by itself"});
  return limit;
}

MemoryLimit prepare_memory_limit(std::optional<std::int64_t> bytes, os::ChildPlan& child) {
  MemoryLimit limit;
  if (!bytes) {
    limit.cgroup = os::Cgroup::of(::getpid());
    return limit;
  }
  auto made = os::Cgroup::create("kernelmedic", *bytes);
  if (!made) return fall_back_to_data_limit(*bytes, made.error().what, child);
  child.cgroup_procs_file = made->procs_file();
  limit.cgroup.emplace(std::move(*made));
  limit.own = true;
  return limit;
}

void describe_limits(const MemoryLimit& limit, evidence::Scene& scene) {
  const auto tighten = [&scene](std::int64_t bytes, const std::string& source) {
    if (bytes <= 0 || (scene.limit_bytes && *scene.limit_bytes <= bytes)) return;
    scene.limit_bytes = bytes;
    scene.limit_source = source;
  };
  for (const auto& [name, soft] : os::limits_of(scene.pid)) {
    scene.limits.emplace_back(name, soft);
    if (name == "RLIMIT_DATA" || name == "RLIMIT_AS") tighten(soft, name);
  }
  scene.oom_score = os::oom_score(scene.pid);
  scene.oom_score_adj = os::oom_score_adj(scene.pid);
  if (!limit.cgroup) return;
  scene.cgroup_version = limit.cgroup->version();
  scene.cgroup_own = limit.own;
  scene.cgroup_path = limit.cgroup->path();
  const auto use = limit.cgroup->use();
  const auto host = os::host_memory();
  // A limit above what the machine has limits nothing.
  if (!use || (host && use->limit_bytes >= host->total_bytes)) return;
  tighten(use->limit_bytes,
          scene.cgroup_version == 1 ? "cgroup v1 memory.limit_in_bytes" : "cgroup v2 memory.max");
}

}  // namespace km::supervisor
