// A child process: started with what must happen between fork and exec, waited for, signalled.
// Never by bare pid where the system offers more: Linux holds a pidfd.
#pragma once

#include "os/handle.h"
#include "result.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace km::os {

// How a process ended, and what it used: from wait4(2).
struct ExitStatus {
  int signal = 0;  // 0: it exited by itself
  int code = 0;    // exit code, where signal is 0
  bool core_dumped = false;
  std::int64_t max_rss_bytes = 0;  // of the largest process it waited for, itself included
  double user_seconds = 0;
  double system_seconds = 0;
  // Who in the system sent SIGKILL, where the system says so (macOS): "memory", "code_signing",
  // "decryption"; else empty.
  std::string killer = {};
  // What a shell would make of it: code, or 128 + signal.
  int as_shell() const { return signal != 0 ? 128 + signal : code; }
};

std::string signal_name(int number);  // "SIGSEGV"; "signal 64" for one without a name
std::optional<int> signal_number(std::string_view name);  // with or without "SIG"

struct ChildPlan {
  std::vector<std::string> argv;         // argv[0] is looked up in PATH unless it has a slash
  std::vector<std::string> environment;  // "NAME=value", complete; empty: ours
  std::filesystem::path folder;          // working folder; empty: ours
  // What the child's 0, 1, 2 become; -1: inherited.
  int stdin_fd = -1;
  int stdout_fd = -1;
  int stderr_fd = -1;
  bool new_session = false;  // setsid; with `terminal`, it becomes the controlling one
  bool terminal = false;
  bool end_with_parent = false;  // SIGKILL when the thread that started it ends (PR_SET_PDEATHSIG)
  std::optional<std::int64_t> data_limit_bytes;  // RLIMIT_DATA
  std::string cgroup_procs_file;  // joined by the child itself before exec; empty: none
  // Which slice of a universal program is started (macOS): "arm64" also where we are translated
  // ourselves, whose children would be, too. Empty, or a program without it: the system's choice.
  std::string architecture;
};

// Gives a pipe the smallest buffer that the system has, so that a process with much to say waits
// for its reader. Best effort.
void narrow_pipe(int fd);

// A descriptor that becomes readable when that process, ours or not, has ended. An error where
// there is none, or where it may not be watched.
Result<Fd> watch_end(pid_t pid);

// Movable, not copyable. The destructor neither kills nor waits: its owner has to
// (supervisor/lifetime.h).
class Child {
 public:
  // Fails where exec fails ("cannot start /x/python: No such file or directory"): the child reports
  // errno through a pipe. In the child signals are set to default and the mask is cleared (SIGINT
  // inherited as ignored would make a kernel deaf, facts/guard.md).
  static Result<Child> start(const ChildPlan& plan);

  pid_t pid() const { return pid_; }
  // Readable when the child has ended; poll(2) it. Owned by this object.
  int death_fd() const { return death_fd_.get(); }
  // Waits at most `limit` for the end without reaping: /proc/<pid> still tells. False: still alive.
  bool ended_within(std::chrono::milliseconds limit) const;
  // Reaps. Blocks until it has ended.
  Result<ExitStatus> wait();
  Result<> signal(int number) const;
  bool reaped() const { return reaped_; }

 private:
  Child(pid_t pid, Fd death_fd) : pid_(pid), death_fd_(std::move(death_fd)) {}
  pid_t pid_ = -1;
  Fd death_fd_;
  bool reaped_ = false;
};

}  // namespace km::os
