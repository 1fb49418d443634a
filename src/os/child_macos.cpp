// A child's end through a kqueue, which poll(2) can wait for. Not yet run on a Mac.
#include "os/child.h"
#include "os/child_platform.h"

#include <signal.h>

#include <sys/event.h>

namespace km::os::platform {

Result<Fd> open_death_fd(pid_t pid) {
  // kqueue descriptors are not inherited by fork, so exec cannot leak them.
  Fd queue(::kqueue());
  if (!queue) return fail_errno("cannot create a kqueue");
  struct kevent change {};
  EV_SET(&change, static_cast<uintptr_t>(pid), EVFILT_PROC, EV_ADD, NOTE_EXIT, 0, nullptr);
  if (::kevent(queue.get(), &change, 1, nullptr, 0, nullptr) != 0) {
    return fail_errno("cannot watch process " + std::to_string(pid));
  }
  return queue;
}

// There is no pidfd; our own unreaped child keeps its pid, so this cannot hit another process.
Result<> send_signal(pid_t pid, int /*death_fd*/, int number) {
  if (::kill(pid, number) == 0) return {};
  return fail_errno("cannot signal process " + std::to_string(pid));
}

// There is no parent-death signal: a child outlives a supervisor that was killed.
bool end_with_parent(pid_t /*parent*/) { return true; }

std::int64_t max_rss_unit_bytes() { return 1; }

}  // namespace km::os::platform

namespace km::os {

// The size of a pipe cannot be set on macOS.
void narrow_pipe(int /*fd*/) {}

}  // namespace km::os
