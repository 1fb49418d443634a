// The comms (widgets, for one) that are open between clients and the kernel. Pure.
#pragma once

#include "jupyter/json_text.h"

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace km::proxy {

class Comms {
 public:
  static constexpr std::size_t kMost = 100'000;

  // comm_open and comm_close, whichever side sent it; other types are passed over.
  void saw(std::string_view type, std::string_view content) {
    if (type != "comm_open" && type != "comm_close") return;
    const auto json = jupyter::parse_json(content);
    const std::string id = json ? jupyter::text_member(*json, "comm_id") : std::string();
    if (id.empty()) return;
    if (type == "comm_close") {
      open_.erase(id);
    } else if (open_.size() < kMost) {
      open_.insert(id);
    }
  }
  std::vector<std::string> take_all() {
    std::vector<std::string> all(open_.begin(), open_.end());
    open_.clear();
    return all;
  }

 private:
  std::set<std::string> open_;
};

}  // namespace km::proxy
