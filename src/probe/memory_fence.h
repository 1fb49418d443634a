// How much memory a probe may take, and the fence that stops it before it harms the machine.
#pragma once

#include <cstdint>
#include <optional>

namespace km::probe {

struct MemoryFence {
  std::int64_t limit_bytes = 0;   // of the process: a memory cgroup of its own, else RLIMIT_DATA
  std::int64_t amount_bytes = 0;  // that the probe asks for in all
};

inline constexpr std::int64_t kMiB = std::int64_t{1} << 20;

// A tenth of what is available, and no less than 512 MiB, stays untouched. `own_bytes`: what the
// interpreter and its libraries need before the first step. At most 2 GiB are asked for; nothing
// where not even 64 MiB could be. Pure.
std::optional<MemoryFence> memory_fence(std::int64_t available_bytes, std::int64_t own_bytes);

// What this machine, and the memory cgroups that we are in, can still give; nothing where neither
// tells.
std::optional<std::int64_t> available_memory();

}  // namespace km::probe
