// The table of ends that are nobody's accident.
#include "supervisor/ending.h"

#include <algorithm>
#include <array>
#include <csignal>

namespace km::supervisor {
namespace {

// Signals by which people and pipelines end a program: Ctrl-C, Ctrl-\, `| head`. No accident, no
// verdict.
constexpr std::array kEndedByUser{SIGINT, SIGQUIT, SIGPIPE};

bool is_program_death(const Ending& ending) {
  const auto& status = ending.status;
  if (ending.own_cgroup_killed && (status.signal != 0 || status.code != 0)) return true;
  if (status.signal == 0) return false;  // an exit status is the program's own answer
  if (ending.request == Request::terminated &&
      (status.signal == SIGTERM || status.signal == SIGHUP))
    return false;
  if (ending.our_signal != 0 && status.signal == ending.our_signal) return false;
  return std::find(kEndedByUser.begin(), kEndedByUser.end(), status.signal) == kEndedByUser.end();
}

bool is_kernel_death(const Ending& ending) {
  const auto& status = ending.status;
  const bool by_us =
      status.signal != 0 && (status.signal == ending.our_signal || status.signal == SIGTERM);
  const bool in_order = status.signal == 0 && status.code == 0;
  // An interpreter that is interrupted while it still starts exits with its KeyboardInterrupt;
  // between a cell's reply and the loop's next turn ipykernel leaves its loop by one, and exits
  // with 0. jupyter_client begins every shutdown with an interrupt.
  const bool by_interrupt = status.signal == SIGINT ||
                            (status.signal == 0 && ending.phase == "start") ||
                            (in_order && ending.phase == "idle");
  switch (ending.request) {
    case Request::none:
      return true;
    case Request::interrupt:
      return !by_interrupt;
    case Request::shutdown:
      return !by_us && !in_order && !by_interrupt;
    case Request::terminated:
      return status.signal != 0 && !by_us && status.signal != SIGINT;
    // A kernel that never answered is the very thing to explain; one that ran too long was ended by
    // the limit.
    case Request::time_limit:
      return ending.phase == "start" || (status.signal != 0 && !by_us && status.signal != SIGINT);
  }
  return true;
}

}  // namespace

bool is_death(const Ending& ending) {
  return ending.subject == "program" ? is_program_death(ending) : is_kernel_death(ending);
}

std::string_view to_string(Request request) {
  switch (request) {
    case Request::none:
      return "";
    case Request::shutdown:
      return "shutdown";
    case Request::interrupt:
      return "interrupt";
    case Request::time_limit:
      return "time_limit";
    case Request::terminated:
      return "terminated";
  }
  return "";
}

}  // namespace km::supervisor
