// Signatures of the last requests: one that comes again is a replay, which a kernel drops in
// silence, so that it would wait in our books for ever. As many as jupyter_client remembers
// (Session.digest_history_size). Pure.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_set>

namespace km::proxy {

class Replays {
 public:
  static constexpr std::size_t kMost = std::size_t{1} << 16U;

  // Has it come before? Without a key there is no signature, and nothing is a replay.
  bool again(std::string_view signature) {
    if (signature.empty()) return false;
    const auto [entry, fresh] = known_.emplace(signature);
    if (!fresh) return true;
    order_.push_back(&*entry);
    if (order_.size() > kMost) {
      known_.erase(*order_.front());
      order_.pop_front();
    }
    return false;
  }

 private:
  std::unordered_set<std::string> known_;  // nodes stay where they are
  std::deque<const std::string*> order_;
};

}  // namespace km::proxy
