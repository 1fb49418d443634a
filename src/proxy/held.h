// One way through the proxy: the message that waits because its target has no room.
#pragma once

#include "proxy/frames.h"

#include <chrono>
#include <utility>

namespace km::proxy {

struct Held {
  Frames frames;
  std::chrono::steady_clock::time_point since{};

  bool any() const { return !frames.empty(); }
  // Sends what waits, if anything; false where it still waits.
  bool flush(zmq::socket_t& target) {
    if (!any()) return true;
    if (send(target, frames) == Sent::full) return false;
    frames.clear();
    return true;
  }
  // After flush(): sends it, or keeps it until there is room.
  void pass(Frames message, zmq::socket_t& target) {
    if (send(target, message) != Sent::full) return;
    frames = std::move(message);
    since = std::chrono::steady_clock::now();
  }
  void forget() { frames.clear(); }
};

}  // namespace km::proxy
