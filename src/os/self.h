// What this program can find out about itself: its own file, its pid namespace, how many tasks its
// cgroup allows.
#pragma once

#include "os/root.h"

#include <cstdint>
#include <filesystem>
#include <optional>

namespace km::os {

// The file this program was started from, to start it once more; empty where the system does not
// tell.
std::filesystem::path own_executable();

// True where our pids are those of the whole machine: then pids in the kernel log are comparable
// with them. False in a container with its own pid namespace.
bool sees_host_pids(const Root& root = {});

// The tightest `pids.max` of our pids cgroup and those above it; nothing: no limit, or no such
// controller.
std::optional<std::int64_t> task_limit(const Root& root = {});

}  // namespace km::os
