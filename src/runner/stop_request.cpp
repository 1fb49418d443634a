// The table of the header's first sentence.
#include "runner/stop_request.h"

#include <csignal>

namespace km::runner {

SignalAction StopRequest::on_signal(int number, bool cell_runs, Clock::time_point now) {
  if (number != SIGINT) {
    exit_code_ = 128 + SIGTERM;  // a terminal that hangs up ends the run as SIGTERM does
    ended_by_ = number == SIGHUP ? "a hang-up (SIGHUP)" : "SIGTERM";
    return SignalAction::end_run;
  }
  const bool again = last_interrupt_ && now - *last_interrupt_ <= kDoublePress;
  last_interrupt_ = now;
  if (cell_runs && !again && !ends_run()) return SignalAction::interrupt_cell;
  if (!ends_run()) {
    exit_code_ = 128 + SIGINT;
    ended_by_ = "Ctrl-C";
  }
  return SignalAction::end_run;
}

}  // namespace km::runner
