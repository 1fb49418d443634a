// The state of the widgets that a notebook made, as a notebook file keeps it; without it a saved
// slider is a blank.
#pragma once

#include "jupyter/message.h"

#include <cstdint>
#include <map>
#include <string>

namespace km::jupyter {

// Gathers comm_open and comm_msg as nbclient 0.11 does with store_widget_state (its default).
class WidgetStates {
 public:
  // Past `max_bytes` new state is left out; the older one stays.
  explicit WidgetStates(std::int64_t max_bytes) : max_bytes_(max_bytes) {}
  // An iopub message whose parent is the request of a cell; others have no effect.
  void add(const Message& message);
  // What an `Output` widget holds; without effect for a widget that was not seen.
  void set_outputs(const std::string& comm_id, Json outputs);
  bool empty() const { return states_.empty(); }
  bool truncated() const { return truncated_; }
  // For metadata.widgets of the notebook.
  Json to_json() const;

 private:
  struct State {
    Json values = Json::object();
    std::map<std::string, Json> buffers;  // by their path as text
  };
  std::int64_t max_bytes_;
  std::int64_t bytes_ = 0;  // put in so far, about; overwritten values count, too
  bool truncated_ = false;
  std::map<std::string, State> states_;  // by comm id
};

}  // namespace km::jupyter
