// What nbclient's handle_comm_msg and set_widgets_metadata do.
#include "jupyter/widgets.h"

#include <algorithm>
#include <numeric>
#include <sodium.h>
#include <string_view>
#include <utility>

namespace km::jupyter {
namespace {

std::string base64(std::string_view bytes) {
  constexpr int kVariant = sodium_base64_VARIANT_ORIGINAL;
  std::string text(sodium_base64_encoded_len(bytes.size(), kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(),
                    static_cast<const unsigned char*>(static_cast<const void*>(bytes.data())),
                    bytes.size(), kVariant);
  text.pop_back();  // the final NUL
  return text;
}

}  // namespace

void WidgetStates::add(const Message& message) {
  if (message.type != "comm_open" && message.type != "comm_msg") return;
  const std::string comm_id = text_member(message.content, "comm_id");
  const Json& data = member(message.content, "data");
  const Json& values = member(data, "state");
  if (comm_id.empty() || !values.is_object()) return;  // a message of the widget's own

  const std::int64_t size =
      std::accumulate(message.buffers.begin(), message.buffers.end(),
                      static_cast<std::int64_t>(to_compact_json(values).size()),
                      [](std::int64_t sum, const std::string& buffer) {
                        return sum + static_cast<std::int64_t>(buffer.size()) * 4 / 3;  // as base64
                      });
  if (bytes_ + size > max_bytes_) {
    truncated_ = true;
    return;
  }
  bytes_ += size;

  State& state = states_[comm_id];
  for (const auto& [name, value] : values.items()) state.values[name] = value;
  const Json& paths = member(data, "buffer_paths");
  const std::size_t buffers = paths.is_array() ? std::min(paths.size(), message.buffers.size()) : 0;
  for (std::size_t i = 0; i < buffers; ++i) {
    state.buffers[to_compact_json(paths[i])] = {
        {"data", base64(message.buffers[i])}, {"encoding", "base64"}, {"path", paths[i]}};
  }
}

void WidgetStates::set_outputs(const std::string& comm_id, Json outputs) {
  const auto state = states_.find(comm_id);
  if (state != states_.end()) state->second.values["outputs"] = std::move(outputs);
}

Json WidgetStates::to_json() const {
  Json states = Json::object();
  for (const auto& [comm_id, state] : states_) {
    if (!state.values.contains("_model_name")) continue;
    Json& widget = states[comm_id];
    for (const char* key : {"model_name", "model_module", "model_module_version"}) {
      widget[key] = member(state.values, std::string("_") + key);
    }
    widget["state"] = state.values;
    for (const auto& [path, buffer] : state.buffers) widget["buffers"].push_back(buffer);
  }
  return {{"application/vnd.jupyter.widget-state+json",
           {{"state", std::move(states)}, {"version_major", 2}, {"version_minor", 0}}}};
}

}  // namespace km::jupyter
