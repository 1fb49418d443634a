// One stream on its way out: what was read and not yet written. While it holds something nothing
// more is read, so that a slow reader slows the program and not our memory.
#pragma once

#include <cstddef>
#include <string>
#include <utility>

namespace km::cli {

class Passage {
 public:
  explicit Passage(int to = -1) : to_(to) {}
  int to() const { return to_; }
  bool empty() const { return pending_.empty(); }
  void put(std::string text) { pending_ = pending_.empty() ? std::move(text) : pending_ + text; }
  // After poll(2) called `to` writable: as much as certainly does not block. False where the reader
  // has gone.
  bool write_some();
  // Everything, however long the reader takes.
  bool write_all();

 private:
  bool write_at_most(std::size_t count);
  int to_;
  std::string pending_;
  std::size_t written_ = 0;  // of pending_; less than its size, or 0
};

}  // namespace km::cli
