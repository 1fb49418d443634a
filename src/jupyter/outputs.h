// The outputs of a cell, gathered from iopub messages as nbclient 0.11 does it; streams as its
// coalesce_streams does.
#pragma once

#include "jupyter/message.h"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace km::jupyter {

// One cell's outputs: streams of the same name are merged when they follow each other, clear_output
// (wait, too), display_data, execute_result, error. Bounded: past `max_bytes` the middle is left
// out, the first and the last half are kept (a note says how much is missing).
class CellOutputs {
 public:
  explicit CellOutputs(std::int64_t max_bytes) : max_bytes_(max_bytes) {}
  // stream, display_data, execute_result, error, clear_output; update_display_data for displays of
  // this cell. Others have no effect. A display with an id changes those of the same id in other
  // cells, too: see update_display.
  void add(const Message& message);
  void add_stream(std::string_view name, std::string_view text);
  void add_output(Json output);  // as it stands and never cut: the verdict
  // update_display_data for a display of this cell; false where the cell has none with this id.
  bool update_display(const std::string& display_id, const Json& data, const Json& metadata);
  Json to_json() const;  // the list for the notebook, valid for nbformat's validator
  std::int64_t bytes() const { return head_bytes_ + tail_bytes_; }  // kept now, about
  bool truncated() const { return left_out_bytes_ > 0; }

 private:
  // An output, or a part of a stream: parts of one stream are put together only in to_json, so that
  // a flood of small prints costs no copying.
  struct Part {
    std::string stream;  // name; empty for an output
    std::string text;    // of the stream
    Json output;
    std::string display_id;  // empty for none
    std::int64_t bytes = 0;
  };
  void append(Part part);
  void append_text(std::string_view name, std::string_view text);
  void trim_tail();
  void count_left_out(const Part& part);
  void clear();

  std::int64_t max_bytes_;
  std::deque<Part> head_;  // the first half
  std::deque<Part> tail_;  // what comes after, the oldest of it given up when there is too much
  // How many parts have this id: most messages with an id are of a display that is not here.
  std::unordered_map<std::string, int> displays_;
  std::int64_t head_bytes_ = 0;
  std::int64_t tail_bytes_ = 0;
  std::int64_t left_out_bytes_ = 0;
  std::int64_t left_out_outputs_ = 0;
  bool head_full_ = false;
  bool clear_before_next_ = false;
};

}  // namespace km::jupyter
