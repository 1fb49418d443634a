// A child's end and its signals through a pidfd, so that a reused pid never gets what was meant for
// another.
#include "os/child.h"
#include "os/child_platform.h"

#include <csignal>
#include <fcntl.h>
#include <unistd.h>

#include <sys/prctl.h>
#include <sys/syscall.h>

namespace km::os::platform {

Result<Fd> open_death_fd(pid_t pid) {
  // Close-on-exec by itself (pidfd_open(2)).
  Fd fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (fd) return fd;
  if (errno == ENOSYS) return fail("this kernel has no pidfd_open: Linux 5.3 or later is needed");
  return fail_errno("cannot open a descriptor of process " + std::to_string(pid));
}

// The wait status says no more than "SIGKILL"; counters tell the rest (evidence/oom.h).
std::string killer_of(int /*death_fd*/) { return {}; }

void execute(const char* program, char* const* arguments, char* const* environment,
             const std::string& /*architecture*/) {
  ::execve(program, arguments, environment);
}

Result<> send_signal(pid_t pid, int death_fd, int number) {
  if (::syscall(SYS_pidfd_send_signal, death_fd, number, nullptr, 0) == 0) return {};
  return fail_errno("cannot signal process " + std::to_string(pid));
}

bool end_with_parent(pid_t parent) {
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return false;
  // It may have ended between fork and prctl; then no signal will ever come.
  if (::getppid() != parent) ::_exit(128 + SIGKILL);
  return true;
}

std::int64_t max_rss_unit_bytes() { return 1024; }

}  // namespace km::os::platform

namespace km::os {

void narrow_pipe(int fd) {
  // The kernel rounds up to one page (pipe(7)).
  static_cast<void>(::fcntl(fd, F_SETPIPE_SZ, 4096));
}

}  // namespace km::os
