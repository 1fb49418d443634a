// The `Output` widgets of a notebook: each catches what cells write while it is open, as nbclient
// 0.11's OutputWidget does it.
#pragma once

#include "jupyter/message.h"
#include "jupyter/outputs.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace km::jupyter {

class OutputWidgets {
 public:
  // Of each widget so much is kept, as of a cell (CellOutputs).
  explicit OutputWidgets(std::int64_t max_bytes) : max_bytes_(max_bytes) {}

  // A comm_open of such a widget, or a comm_msg that opens or closes one; others have no effect.
  void see(const Message& message);
  // An output, clear_output too, of the request `message.parent_id`: true where a widget took it.
  bool take(const Message& message);
  bool take_stream(std::string_view request, std::string_view name, std::string_view text);

  // What they hold, for those where something changed since the last call: the kernel and the
  // notebook are to be told. By comm id.
  std::vector<std::pair<std::string, Json>> changed();

 private:
  struct Widget {
    CellOutputs outputs;
    std::string request;  // whose outputs it catches; empty: it is closed
    bool changed = false;
  };
  void set_request(const std::string& comm, Widget& widget, const Json& state);
  Widget* open_for(std::string_view request);

  std::int64_t max_bytes_;
  std::map<std::string, Widget> widgets_;  // by comm id
  std::map<std::string, std::vector<std::string>, std::less<>>
      open_;  // request → comms, innermost last
};

}  // namespace km::jupyter
