#include "jupyter/output_widgets.h"

#include <algorithm>

namespace km::jupyter {

void OutputWidgets::see(const Message& message) {
  const std::string comm = text_member(message.content, "comm_id");
  const Json& state = member(member(message.content, "data"), "state");
  if (message.type == "comm_open") {
    if (text_member(state, "_model_module") != "@jupyter-widgets/output" ||
        text_member(state, "_model_name") != "OutputModel")
      return;
    const auto [widget, fresh] =
        widgets_.try_emplace(comm, Widget{CellOutputs(max_bytes_), {}, false});
    if (fresh) set_request(comm, widget->second, state);
  } else if (message.type == "comm_msg") {
    const auto widget = widgets_.find(comm);
    if (widget != widgets_.end()) set_request(comm, widget->second, state);
  }
}

void OutputWidgets::set_request(const std::string& comm, Widget& widget, const Json& state) {
  if (!state.is_object() || !state.contains("msg_id")) return;
  if (!widget.request.empty()) {
    auto& comms = open_[widget.request];
    comms.erase(std::remove(comms.begin(), comms.end(), comm), comms.end());
    if (comms.empty()) open_.erase(widget.request);
  }
  widget.request = text_member(state, "msg_id");
  if (!widget.request.empty()) open_[widget.request].push_back(comm);
}

OutputWidgets::Widget* OutputWidgets::open_for(std::string_view request) {
  const auto comms = open_.find(request);
  return comms == open_.end() ? nullptr : &widgets_.at(comms->second.back());
}

bool OutputWidgets::take(const Message& message) {
  Widget* widget = open_for(message.parent_id);
  if (widget == nullptr) return false;
  widget->outputs.add(message);
  widget->changed = true;
  return true;
}

bool OutputWidgets::take_stream(std::string_view request, std::string_view name,
                                std::string_view text) {
  Widget* widget = open_for(request);
  if (widget == nullptr) return false;
  widget->outputs.add_stream(name, text);
  widget->changed = true;
  return true;
}

std::vector<std::pair<std::string, Json>> OutputWidgets::changed() {
  std::vector<std::pair<std::string, Json>> changed;
  for (auto& [comm, widget] : widgets_) {
    if (widget.changed) changed.emplace_back(comm, widget.outputs.to_json());
    widget.changed = false;
  }
  return changed;
}

}  // namespace km::jupyter
