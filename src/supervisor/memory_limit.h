// Which memory limit holds for the child: one we make, as a cgroup or else as RLIMIT_DATA, or one
// that others set.
#pragma once

#include "casefile/casefile.h"
#include "evidence/scene.h"
#include "os/cgroup.h"
#include "os/child.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace km::supervisor {

struct MemoryLimit {
  std::optional<os::Cgroup> cgroup;  // the child's, where there is one
  bool own = false;                  // made here, for the child alone
  std::vector<casefile::Gap> gaps;
};

// Writes into `child` what it has to do before exec. A cgroup that cannot be made is a gap, and
// RLIMIT_DATA is used.
MemoryLimit prepare_memory_limit(std::optional<std::int64_t> bytes, os::ChildPlan& child);
// The same without a cgroup of our own: `why` the first way failed.
MemoryLimit fall_back_to_data_limit(std::int64_t bytes, const std::string& why,
                                    os::ChildPlan& child);

// Fills the limits of a scene whose process has just been started.
void describe_limits(const MemoryLimit& limit, evidence::Scene& scene);

}  // namespace km::supervisor
