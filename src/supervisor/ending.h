// Is this end a death that needs a reason, or what somebody wanted? Pure; supervisor/lifetime.h
// asks it once.
#pragma once

#include "os/child.h"
#include "supervisor/lifetime.h"

#include <string_view>

namespace km::supervisor {

struct Ending {
  os::ExitStatus status;
  std::string_view subject;         // "kernel" or "program"
  std::string_view phase;           // "start", "cell", "idle" or "program"
  Request request = Request::none;  // the last one made
  int our_signal = 0;  // the last signal that we sent to end it: SIGTERM or SIGKILL; 0: none
  bool own_cgroup_killed =
      false;  // the OOM killer struck in the cgroup made for this process alone
};

bool is_death(const Ending& ending);
std::string_view to_string(Request request);  // empty for none

}  // namespace km::supervisor
