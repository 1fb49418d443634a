// The soft limits the process ran under, and the memory limit that counted.
#include "evidence/collectors.h"

#include <algorithm>
#include <array>

namespace km::evidence {
namespace {

struct LimitName {
  std::string_view system;
  std::string_view fact;
};
constexpr std::array kLimits{
    LimitName{"RLIMIT_AS", "limit.address_space_bytes"},
    LimitName{"RLIMIT_CPU", "limit.cpu_seconds"},
    LimitName{"RLIMIT_DATA", "limit.data_bytes"},
    LimitName{"RLIMIT_FSIZE", "limit.file_size_bytes"},
    LimitName{"RLIMIT_NOFILE", "limit.open_files"},
    LimitName{"RLIMIT_NPROC", "limit.processes"},
    LimitName{"RLIMIT_STACK", "limit.stack_bytes"},
};

}  // namespace

void collect_limits(const Scene& scene, casefile::CaseFile& out) {
  // A process without any limit does not exist; an empty list was never read.
  if (scene.limits.empty()) return;
  for (const LimitName& name : kLimits) {
    const auto limit = std::find_if(scene.limits.begin(), scene.limits.end(),
                                    [&](const auto& entry) { return entry.first == name.system; });
    if (limit == scene.limits.end()) {
      out.none(name.fact, name.system);
    } else {
      out.add(name.fact, limit->second, name.system);
    }
  }
}

}  // namespace km::evidence
