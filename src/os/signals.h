// SIGINT, SIGTERM and SIGHUP as a descriptor, so that the one loop of a run waits for them like for
// everything else.
#pragma once

#include "os/handle.h"
#include "result.h"

#include <array>
#include <csignal>
#include <optional>

namespace km::os {

// Takes the three signals over while it lives and gives them back after; SIGPIPE is ignored
// meanwhile, since a closed terminal must not end a run. A signal that was ignored from the start
// (nohup) stays ignored. One object at a time.
class Signals {
 public:
  static Result<Signals> take_over();
  Signals(Signals&& other) noexcept;
  Signals& operator=(Signals&&) = delete;
  ~Signals();

  int fd() const { return read_end_.get(); }  // readable when a signal waits
  std::optional<int> next() const;            // the oldest that waits; never blocks

 private:
  static constexpr std::array kTaken{SIGINT, SIGTERM, SIGHUP, SIGPIPE};
  Signals(Fd read_end, Fd write_end);
  Fd read_end_;
  Fd write_end_;
  std::array<struct sigaction, kTaken.size()> before_{};
};

}  // namespace km::os
