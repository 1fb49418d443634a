// The arithmetic of the fence, and the two places that limit us.
#include "probe/memory_fence.h"

#include "os/cgroup.h"
#include "os/host.h"

#include <algorithm>
#include <unistd.h>

namespace km::probe {

std::optional<MemoryFence> memory_fence(std::int64_t available_bytes, std::int64_t own_bytes) {
  constexpr std::int64_t kReserve = 512 * kMiB;
  constexpr std::int64_t kMost = 2048 * kMiB;
  constexpr std::int64_t kLeast = 64 * kMiB;
  MemoryFence fence;
  fence.limit_bytes = available_bytes - std::max(available_bytes / 10, kReserve);
  fence.amount_bytes = std::min(kMost, fence.limit_bytes - own_bytes);
  if (fence.amount_bytes < kLeast) return std::nullopt;
  return fence;
}

std::optional<std::int64_t> available_memory() {
  std::optional<std::int64_t> available;
  if (const auto host = os::host_memory()) available = host->available_bytes;
  const auto cgroup = os::Cgroup::of(::getpid());
  const auto use = cgroup ? cgroup->use() : std::nullopt;
  if (!use || use->limit_bytes <= 0) return available;
  const auto left = use->limit_bytes - use->usage_bytes + use->file_cache_bytes;
  return available ? std::min(*available, left) : left;
}

}  // namespace km::probe
