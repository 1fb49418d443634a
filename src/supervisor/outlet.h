// The reading end of one output of the child: never blocks, never grows.
#pragma once

#include "os/handle.h"
#include "result.h"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace km::supervisor {

class Outlet {
 public:
  static constexpr std::size_t kMostAtOnce = std::size_t{64} * 1024;
  static constexpr std::size_t kMostKept = std::size_t{1} << 20U;

  // A pipe, both ends close-on-exec and above 2; the writing one is for the child.
  static Result<os::Fd> open(Outlet& outlet);

  int fd() const { return fd_.get(); }
  // What waits there, at most kMostAtOnce; at the end of the file it closes itself.
  std::string take();
  // The same, but one byte stays: a writer that waits for room in a narrow pipe goes on waiting.
  // Empty where fewer than two bytes are there.
  std::string take_all_but_one();
  void close() { fd_.reset(); }

  // Text that came while nobody could be asked to take it; its beginning is given up beyond
  // kMostKept.
  std::string rest;
  void keep(std::string_view text);

 private:
  os::Fd fd_;
};

}  // namespace km::supervisor
