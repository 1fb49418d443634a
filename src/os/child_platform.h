// The part of a child's life that Linux and macOS do differently; between child_posix.cpp and
// child_<platform>.cpp.
#pragma once

#include "os/handle.h"
#include "result.h"

#include <cstdint>

#include <sys/types.h>

namespace km::os::platform {

// A descriptor that becomes readable when the (unreaped) child has ended.
Result<Fd> open_death_fd(pid_t pid);

Result<> send_signal(pid_t pid, int death_fd, int number);

// Called in the child between fork and exec: only async-signal-safe calls. False with errno where
// it failed; where the parent is gone already, it ends the process.
bool end_with_parent(pid_t parent);

// What the unit of rusage::ru_maxrss is.
std::int64_t max_rss_unit_bytes();

}  // namespace km::os::platform
