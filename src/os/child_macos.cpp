// A child's end through a kqueue, which poll(2) can wait for, and its start in the architecture
// that is wanted. Not yet run on a Mac.
#include "os/child.h"
#include "os/child_platform.h"
#include "os/macos.h"

#include <array>
#include <cerrno>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include <mach/machine.h>
#include <sys/event.h>

namespace km::os::platform {

Result<Fd> open_death_fd(pid_t pid) {
  // kqueue descriptors are not inherited by fork, so exec cannot leak them.
  Fd queue(::kqueue());
  if (!queue) return fail_errno("cannot create a kqueue");
  struct kevent change {};
  // The detail is told to the parent, and to who may signal the process (<sys/event.h>).
  EV_SET(&change, static_cast<uintptr_t>(pid), EVFILT_PROC, EV_ADD,
         NOTE_EXIT | NOTE_EXITSTATUS | NOTE_EXIT_DETAIL, 0, nullptr);
  if (::kevent(queue.get(), &change, 1, nullptr, 0, nullptr) == 0) return queue;
  EV_SET(&change, static_cast<uintptr_t>(pid), EVFILT_PROC, EV_ADD, NOTE_EXIT, 0, nullptr);
  if (::kevent(queue.get(), &change, 1, nullptr, 0, nullptr) == 0) return queue;
  return fail_errno("cannot watch process " + std::to_string(pid));
}

std::string killer_of(int death_fd) {
  struct kevent event {};
  const timespec at_once{};
  if (::kevent(death_fd, nullptr, 0, &event, 1, &at_once) != 1) return {};
  return macos::killer_of(event.fflags, static_cast<std::int64_t>(event.data));
}

// There is no pidfd; our own unreaped child keeps its pid, so this cannot hit another process.
Result<> send_signal(pid_t pid, int /*death_fd*/, int number) {
  if (::kill(pid, number) == 0) return {};
  return fail_errno("cannot signal process " + std::to_string(pid));
}

// There is no parent-death signal: a child outlives a supervisor that was killed, unless it looks
// for its parent itself, as ipykernel does.
bool end_with_parent(pid_t /*parent*/) { return true; }

// posix_spawn(2) with SETEXEC is exec with attributes. A child of a translated process is
// translated by default, even where its file has a native slice.
void execute(const char* program, char* const* arguments, char* const* environment,
             const std::string& architecture) {
  posix_spawnattr_t attributes{};
  if (architecture != "arm64" || ::posix_spawnattr_init(&attributes) != 0) {
    ::execve(program, arguments, environment);
    return;
  }
  std::array<cpu_type_t, 2> types{CPU_TYPE_ARM64, CPU_TYPE_ANY};
  std::array<cpu_subtype_t, 2> subtypes{CPU_SUBTYPE_ANY, CPU_SUBTYPE_ANY};
  std::size_t taken = 0;
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETEXEC);
  ::posix_spawnattr_setarchpref_np(&attributes, types.size(), types.data(), subtypes.data(),
                                   &taken);
  errno = ::posix_spawn(nullptr, program, nullptr, &attributes, arguments, environment);
}

std::int64_t max_rss_unit_bytes() { return 1; }

}  // namespace km::os::platform

namespace km::os {

// The size of a pipe cannot be set on macOS.
void narrow_pipe(int /*fd*/) {}

}  // namespace km::os
