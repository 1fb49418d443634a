// A small process that stays behind when kernelmedic is killed: it holds the supervised program's
// output open, copies it on to where it belongs, and gives a terminal back its settings. Only for
// `exec`, whose program lives on.
#pragma once

#include "os/handle.h"
#include "result.h"

#include <optional>
#include <termios.h>
#include <vector>

#include <sys/types.h>

namespace km::supervisor {

class Keeper {
 public:
  struct Route {
    int from = -1;  // read end of the program's output
    int to = -1;    // where it goes on to
  };
  struct Terminal {
    int fd = -1;
    termios settings{};
  };
  struct Plan {
    std::vector<Route> routes;  // at most 4
    std::optional<Terminal>
        terminal;  // set back when kernelmedic ends without having said restored()
  };

  // Forks. To be called while the process has one thread. Descriptors are not owned, the copy keeps
  // its own.
  static Result<Keeper> start(const Plan& plan);
  Keeper(Keeper&&) noexcept = default;
  Keeper& operator=(Keeper&&) noexcept = default;
  // From here on the keeper copies what still comes (a grandchild may hold the pipe) and ends when
  // nothing can.
  ~Keeper();

  void drop(std::size_t route);  // at its end, or its reader has gone: held by nobody, the program
                                 // gets its SIGPIPE
  void restored();               // the terminal is in order again, leave it alone

 private:
  Keeper(pid_t pid, os::Fd lifeline) : pid_(pid), lifeline_(std::move(lifeline)) {}
  void say(char word) const;
  pid_t pid_ = -1;
  os::Fd lifeline_;
  std::size_t open_routes_ = 0;
};

}  // namespace km::supervisor
