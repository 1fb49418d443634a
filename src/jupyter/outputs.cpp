// What nbclient's process_message and output() do, with a bound on what is kept.
#include "jupyter/outputs.h"

#include "jupyter/notebook.h"
#include "jupyter/utf8.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace km::jupyter {
namespace {

// What a part costs beyond its text: the objects around it.
constexpr std::int64_t kPartOverhead = 128;

// Streams are given up in pieces of this size.
std::size_t piece_bytes(std::int64_t max_bytes) {
  return static_cast<std::size_t>(std::clamp<std::int64_t>(max_bytes / 16, 1 << 10, 64 << 10));
}

// About the size of the value in memory and on disk.
std::int64_t size_of(const Json& json) {
  constexpr std::int64_t kValueOverhead = 16;
  if (json.is_string()) {
    return kValueOverhead + static_cast<std::int64_t>(json.get_ref<const std::string&>().size());
  }
  std::int64_t size = kValueOverhead;
  if (json.is_object()) {
    for (const auto& [key, value] : json.items()) {
      size += static_cast<std::int64_t>(key.size()) + kValueOverhead + size_of(value);
    }
  } else if (json.is_array()) {
    for (const Json& item : json) size += size_of(item);
  }
  return size;
}

bool is_text(const Json& value) {
  const auto is_string = [](const Json& item) { return item.is_string(); };
  return value.is_string() ||
         (value.is_array() && std::all_of(value.begin(), value.end(), is_string));
}

Json object_or_empty(const Json& value) { return value.is_object() ? value : Json::object(); }

// Where nbclient would stop with a validation error, the value is written out as text.
Json mime_bundle(const Json& data) {
  Json bundle = object_or_empty(data);
  for (const auto& [mime, value] : bundle.items()) {
    if (!is_json_mime(mime) && !is_text(value)) value = to_compact_json(value);
  }
  return bundle;
}

Json display_of(const Message& message) {
  return {{"output_type", message.type},
          {"data", mime_bundle(member(message.content, "data"))},
          {"metadata", object_or_empty(member(message.content, "metadata"))}};
}

Json error_of(const Json& content) {
  Json traceback = Json::array();
  for (const Json& line : member(content, "traceback")) {
    traceback.push_back(line.is_string() ? line : Json(to_compact_json(line)));
  }
  return {{"output_type", "error"},
          {"ename", text_member(content, "ename")},
          {"evalue", text_member(content, "evalue")},
          {"traceback", std::move(traceback)}};
}

Json stream_of(std::string_view name, std::string_view text) {
  return {{"output_type", "stream"}, {"name", std::string(name)}, {"text", clean_utf8(text)}};
}

}  // namespace

void CellOutputs::add(const Message& message) {
  const std::string& type = message.type;
  const bool shows = type == "display_data" || type == "execute_result";
  const std::string display_id =
      shows || type == "update_display_data" ? display_id_of(message) : std::string();
  if (!display_id.empty()) {
    update_display(display_id, member(message.content, "data"),
                   member(message.content, "metadata"));
  }
  if (type == "clear_output") {
    const Json& wait = member(message.content, "wait");
    clear_before_next_ = wait.is_boolean() && wait.get<bool>();
    if (!clear_before_next_) clear();
    return;
  }
  if (type == "stream") {
    add_stream(text_member(message.content, "name"), text_member(message.content, "text"));
    return;
  }
  if (!shows && type != "error") return;

  Part part;
  part.output = shows ? display_of(message) : error_of(message.content);
  part.display_id = display_id;
  if (type == "execute_result") {
    const Json& count = member(message.content, "execution_count");
    part.output["execution_count"] = count.is_number_integer() ? count : Json();
  }
  part.bytes = kPartOverhead + size_of(part.output);
  if (clear_before_next_) clear();
  if (part.bytes > max_bytes_ / 2) {
    head_full_ = true;  // what follows comes after the note
    count_left_out(part);
  } else {
    append(std::move(part));
  }
}

void CellOutputs::add_stream(std::string_view name, std::string_view text) {
  if (clear_before_next_) clear();
  if (name.empty()) name = "stdout";
  do {
    std::size_t piece = piece_bytes(max_bytes_);
    if (!head_full_) {
      // The head takes text to its last byte, so that what is left out is one piece in the middle.
      const std::int64_t room = max_bytes_ / 2 - head_bytes_ - kPartOverhead;
      piece = std::min(piece, static_cast<std::size_t>(std::max<std::int64_t>(room, 0)));
      if (piece < text.size()) piece = utf8_cut(text, piece);
      if (piece == 0 && !text.empty()) {
        head_full_ = true;
        continue;
      }
    }
    piece = utf8_cut(text, piece);
    append_text(name, text.substr(0, piece));
    text.remove_prefix(std::min(piece, text.size()));
  } while (!text.empty());
}

void CellOutputs::append_text(std::string_view name, std::string_view text) {
  std::deque<Part>& parts = head_full_ ? tail_ : head_;
  const auto bytes = static_cast<std::int64_t>(text.size());
  const bool goes_on = !parts.empty() && parts.back().stream == name &&
                       parts.back().text.size() + text.size() <= piece_bytes(max_bytes_);
  if (!goes_on) {
    append({std::string(name), std::string(text), nullptr, {}, kPartOverhead + bytes});
    return;
  }
  parts.back().text += text;
  parts.back().bytes += bytes;
  (head_full_ ? tail_bytes_ : head_bytes_) += bytes;
  trim_tail();
}

void CellOutputs::add_output(Json output) {
  if (clear_before_next_) clear();
  Part part;
  part.output = std::move(output);
  append(std::move(part));  // costs nothing: it is not the kernel's
}

void CellOutputs::append(Part part) {
  if (!part.display_id.empty()) ++displays_[part.display_id];
  if (head_bytes_ + part.bytes > max_bytes_ / 2) head_full_ = true;
  if (!head_full_) {
    head_bytes_ += part.bytes;
    head_.push_back(std::move(part));
    return;
  }
  tail_bytes_ += part.bytes;
  tail_.push_back(std::move(part));
  trim_tail();
}

void CellOutputs::trim_tail() {
  // The last one stays whatever its size: it was let in because it is small enough, or is none of
  // the kernel's.
  for (std::size_t i = 0; tail_bytes_ > max_bytes_ / 2 && i + 1 < tail_.size();) {
    if (tail_[i].bytes == 0) {
      ++i;  // a verdict among the oldest
      continue;
    }
    tail_bytes_ -= tail_[i].bytes;
    count_left_out(tail_[i]);
    const auto display = displays_.find(tail_[i].display_id);
    if (display != displays_.end() && --display->second == 0) displays_.erase(display);
    tail_.erase(tail_.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

void CellOutputs::count_left_out(const Part& part) {
  left_out_bytes_ += part.stream.empty() ? part.bytes : static_cast<std::int64_t>(part.text.size());
  left_out_outputs_ += part.stream.empty() ? 1 : 0;
}

void CellOutputs::clear() {
  head_.clear();
  tail_.clear();
  displays_.clear();
  head_bytes_ = 0;
  tail_bytes_ = 0;
  left_out_bytes_ = 0;
  left_out_outputs_ = 0;
  head_full_ = false;
  clear_before_next_ = false;
}

bool CellOutputs::update_display(const std::string& display_id, const Json& data,
                                 const Json& metadata) {
  if (displays_.find(display_id) == displays_.end()) return false;
  for (auto [parts, bytes] : {std::pair(&head_, &head_bytes_), std::pair(&tail_, &tail_bytes_)}) {
    for (Part& part : *parts) {
      if (part.display_id.empty() || part.display_id != display_id) continue;
      *bytes -= part.bytes;
      Json& shown = part.output;
      shown["data"] = mime_bundle(data);
      shown["metadata"] = object_or_empty(metadata);
      part.bytes = kPartOverhead + size_of(shown);
      // It stands where it stood, so it must be small enough for what is left there.
      if (*bytes + part.bytes > max_bytes_ / 2) {
        left_out_bytes_ += part.bytes;
        shown["data"] = {{"text/plain",
                          "[kernelmedic: an update of this display is left out, "
                          "it is beyond the limit for one cell's output]"}};
        shown["metadata"] = Json::object();
        part.bytes = kPartOverhead + size_of(shown);
      }
      *bytes += part.bytes;
    }
  }
  return true;
}

Json CellOutputs::to_json() const {
  Json outputs = Json::array();
  std::string name;  // of the stream that is being put together; empty for none
  std::string text;
  const auto end_stream = [&] {
    if (!name.empty()) outputs.push_back(stream_of(name, text));
    name.clear();
    text.clear();
  };
  const auto put = [&](const std::deque<Part>& parts) {
    for (const Part& part : parts) {
      if (part.stream != name || part.stream.empty()) end_stream();
      if (part.stream.empty()) {
        outputs.push_back(part.output);
        continue;
      }
      name = part.stream;
      text += part.text;
    }
  };
  put(head_);
  if (left_out_bytes_ > 0) {
    end_stream();
    const std::string others =
        left_out_outputs_ == 0 ? ""
                               : fmt::format(" ({} whole output{} among them)", left_out_outputs_,
                                             left_out_outputs_ == 1 ? "" : "s");
    outputs.push_back(stream_of(
        "stderr", fmt::format("\n[kernelmedic: {} bytes of output{} are left out here; more is "
                              "kept with a larger --max-output]\n",
                              left_out_bytes_, others)));
  }
  put(tail_);
  end_stream();
  return outputs;
}

}  // namespace km::jupyter
