// The part of a child's life that Linux and macOS do differently; between child_posix.cpp and
// child_<platform>.cpp.
#pragma once

#include "os/handle.h"
#include "result.h"

#include <cstdint>
#include <string>

#include <sys/types.h>

namespace km::os::platform {

// A descriptor that becomes readable when the (unreaped) child has ended.
Result<Fd> open_death_fd(pid_t pid);

// Of a process that has ended: ExitStatus::killer.
std::string killer_of(int death_fd);

Result<> send_signal(pid_t pid, int death_fd, int number);

// Called in the child between fork and exec: only async-signal-safe calls. False with errno where
// it failed; where the parent is gone already, it ends the process.
bool end_with_parent(pid_t parent);

// execve(2), of that slice of the file where it has it (ChildPlan::architecture). In the child, as
// above. Returns only after a failure, with errno.
void execute(const char* program, char* const* arguments, char* const* environment,
             const std::string& architecture);

// What the unit of rusage::ru_maxrss is.
std::int64_t max_rss_unit_bytes();

}  // namespace km::os::platform
