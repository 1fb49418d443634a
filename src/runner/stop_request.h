// What a signal means for a run: one Ctrl-C interrupts the cell, two within two seconds end the
// run. Pure.
#pragma once

#include <chrono>
#include <optional>

namespace km::runner {

using Clock = std::chrono::steady_clock;

// What the loop has to do about a signal.
enum class SignalAction { interrupt_cell, end_run };

// Remembers the presses; time is given by the caller.
class StopRequest {
 public:
  static constexpr std::chrono::seconds kDoublePress{2};

  // `cell_runs`: without one there is nothing to interrupt, and a single Ctrl-C ends the run.
  SignalAction on_signal(int number, bool cell_runs, Clock::time_point now);

  bool ends_run() const { return exit_code_ != 0; }
  int exit_code() const { return exit_code_; }  // 130, 143; 0: nobody asked
  const char* ended_by() const {
    return ended_by_;
  }  // "Ctrl-C", "SIGTERM", "a hang-up"; empty: nobody

 private:
  std::optional<Clock::time_point> last_interrupt_;
  int exit_code_ = 0;
  const char* ended_by_ = "";
};

}  // namespace km::runner
