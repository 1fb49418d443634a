// Puts the two ways in which an ipykernel cell speaks into one order: messages (prints, results),
// which ipykernel holds back for up to 200 ms, and text on the real fd 1 and 2 (child processes,
// C++), which arrives at once. Pure.
#pragma once

#include "jupyter/message.h"

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace km::runner {

// Text from a pipe, and when it came: after `earliest` (the pipe was seen empty), at `arrived` at
// the latest.
struct PipeText {
  std::string stream;  // "stdout" or "stderr"
  std::string text;
  std::chrono::system_clock::time_point earliest;
  std::chrono::system_clock::time_point arrived;
};

// One for each cell. Times are wall-clock times, since messages carry the kernel's.
//
// A message sent at D holds text printed since D - 200 ms (ipykernel's flush_interval), so:
//   text that came earlier than that goes first;
//   for younger text the message waits some milliseconds. When the cell ends meanwhile, the last
//   messages were sent because it ended: they hold what was printed last and go behind the text
//   (prints before the start of a child are flushed at that start, see kernel_preparation.h).
//   Otherwise its beginning is 200 ms old, and the message goes first.
class OutputOrder {
 public:
  using Time = std::chrono::system_clock::time_point;
  using Item = std::variant<PipeText, jupyter::Message>;

  static constexpr std::chrono::milliseconds kFlushInterval{200};
  static constexpr std::chrono::milliseconds kHoldText{250};  // a timer flush and its way to us
  static constexpr std::chrono::milliseconds kHoldMessage{
      20};  // from the last flush of a cell to its `idle`
  // Between two messages of the flush that ends a cell, and from its last one to `idle` (measured:
  // 0.1 and 0.4 ms, more under load); starting a child process in between takes longer.
  static constexpr std::chrono::microseconds kFlushGap{700};
  static constexpr std::chrono::microseconds kFlushToIdle{2000};
  static constexpr std::size_t kMostMessages = 64;  // held at once

  void text(std::string_view stream, std::string text, Time earliest, Time now);
  void message(jupyter::Message message, Time sent, Time now);
  void tick(Time now);         // time passes
  void cell_ended(Time sent);  // `idle` came, sent at that time: nothing is held any longer
  // The same at a death. What faulthandler says about it is dropped: the verdict shows it.
  void died();

  // What may go to the cell now, in order.
  std::vector<Item> take();
  // When tick() should be called next; nothing where nothing is held.
  std::optional<Time> next_tick() const;

 private:
  struct Held {
    jupyter::Message message;
    Time sent;
    Time until;
  };
  void release_messages();
  void release_text(Time arrived_before);
  void release_first_text();

  std::deque<PipeText> texts_;
  std::vector<Held> messages_;
  std::vector<Item> ready_;
};

// header.date as a time; `now` where it cannot be read.
OutputOrder::Time sent_time(const jupyter::Message& message, OutputOrder::Time now);

}  // namespace km::runner
