// Signals of `exec` as a descriptor, each with its origin: what a terminal sent to the whole group
// must not be passed on a second time.
#pragma once

#include "os/handle.h"
#include "result.h"

#include <csignal>
#include <optional>
#include <utility>
#include <vector>

namespace km::cli {

// One object at a time; gives the signals back when it goes. A signal that was ignored from the
// start (nohup, a job in the background of a script) stays ignored. SIGPIPE is ignored meanwhile.
class ExecSignals {
 public:
  struct Came {
    int number = 0;
    bool from_process = false;  // by kill(2) or its kin, not by a terminal
  };
  // `job_control`: SIGTSTP and SIGCONT too.
  static Result<ExecSignals> take_over(bool job_control);
  ExecSignals(ExecSignals&&) noexcept = default;
  ExecSignals& operator=(ExecSignals&&) = delete;
  ~ExecSignals();

  int fd() const { return read_end_.get(); }
  std::optional<Came> next() const;  // never blocks
  // Stops the whole job as the terminal's stop key would; returns when it goes on.
  static void stop_job();

 private:
  ExecSignals() = default;
  Result<> take(int number, bool ignore);
  os::Fd read_end_;
  os::Fd write_end_;
  std::vector<std::pair<int, struct sigaction>> before_;
};

}  // namespace km::cli
