// The rules of the header, as two small queues.
#include "runner/output_order.h"

#include "kernels/stderr_text.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace km::runner {
namespace {

// Bytes of one piece that collects what comes faster than it is taken.
constexpr std::size_t kPieceBytes = std::size_t{1} << 16U;

bool holds_dump(const PipeText& piece) {
  return piece.stream == "stderr" && kernels::holds_dump(piece.text);
}

std::optional<int> number(std::string_view text, std::size_t from, std::size_t length) {
  if (text.size() < from + length) return std::nullopt;
  int value = 0;
  const char* end = text.data() + from + length;
  const auto [rest, error] = std::from_chars(text.data() + from, end, value);
  if (error != std::errc() || rest != end) return std::nullopt;
  return value;
}

}  // namespace

OutputOrder::Time sent_time(const jupyter::Message& message, OutputOrder::Time now) {
  // "2026-11-24T16:17:01.123456Z"; ipykernel writes UTC.
  const std::string date = jupyter::text_member(message.header, "date");
  const auto year = number(date, 0, 4);
  const auto month = number(date, 5, 2);
  const auto day = number(date, 8, 2);
  const auto hour = number(date, 11, 2);
  const auto minute = number(date, 14, 2);
  const auto second = number(date, 17, 2);
  if (!year || !month || !day || !hour || !minute || !second || date.back() != 'Z') return now;
  const std::chrono::year_month_day calendar{std::chrono::year(*year),
                                             std::chrono::month(static_cast<unsigned>(*month)),
                                             std::chrono::day(static_cast<unsigned>(*day))};
  if (!calendar.ok()) return now;
  const auto micros = number(date, 20, 6).value_or(0);
  return std::chrono::sys_days(calendar) + std::chrono::hours(*hour) +
         std::chrono::minutes(*minute) + std::chrono::seconds(*second) +
         std::chrono::microseconds(micros);
}

void OutputOrder::text(std::string_view stream, std::string text, Time earliest, Time now) {
  if (text.empty()) return;
  if (!texts_.empty() && texts_.back().stream == stream && texts_.back().arrived == now &&
      texts_.back().text.size() < kPieceBytes) {
    texts_.back().text += text;
    return;
  }
  texts_.push_back({std::string(stream), std::move(text), earliest, now});
}

void OutputOrder::message(jupyter::Message message, Time sent, Time now) {
  release_text(sent - kFlushInterval);
  if (texts_.empty() && messages_.empty()) {
    ready_.emplace_back(std::move(message));
    return;
  }
  messages_.push_back({std::move(message), sent, now + kHoldMessage});
  if (messages_.size() >= kMostMessages) release_messages();
}

void OutputOrder::tick(Time now) {
  if (!messages_.empty() && messages_.front().until <= now) release_messages();
  release_text(now - kHoldText);
}

void OutputOrder::cell_ended(Time sent) {
  std::size_t last_flush = messages_.size();  // index of its first message
  std::chrono::microseconds gap = kFlushToIdle;
  for (Time next = sent; last_flush > 0 && next - messages_[last_flush - 1].sent <= gap;) {
    --last_flush;
    next = messages_[last_flush].sent;
    gap = kFlushGap;
  }
  for (std::size_t i = 0; i < messages_.size(); ++i) {
    // Where it cannot be told which was first, text follows text and the last flush comes last.
    bool text_first = i >= last_flush;
    while (!texts_.empty()) {
      const PipeText& piece = texts_.front();
      if (messages_[i].sent <= (text_first ? piece.earliest : piece.arrived)) break;
      release_first_text();
      text_first = true;
    }
    ready_.emplace_back(std::move(messages_[i].message));
  }
  messages_.clear();
  while (!texts_.empty()) release_first_text();
}

void OutputOrder::died() {
  // No flush at the end here: what was sent was sent by the timer, before the last text.
  release_messages();
  bool dumping =
      false;  // the dump comes in several pieces; nothing else comes on stderr after its beginning
  for (auto& piece : texts_) {
    if (piece.stream == "stderr") {
      if (dumping) continue;
      dumping = holds_dump(piece);
      piece.text = std::string(kernels::without_dump(piece.text));
    }
    if (!piece.text.empty()) ready_.emplace_back(std::move(piece));
  }
  texts_.clear();
}

std::vector<OutputOrder::Item> OutputOrder::take() { return std::exchange(ready_, {}); }

std::optional<OutputOrder::Time> OutputOrder::next_tick() const {
  std::optional<Time> next;
  if (!messages_.empty()) next = messages_.front().until;
  if (!texts_.empty() && !holds_dump(texts_.front())) {
    const Time due = texts_.front().arrived + kHoldText;
    next = next ? std::min(*next, due) : due;
  }
  return next;
}

void OutputOrder::release_messages() {
  for (auto& held : messages_) ready_.emplace_back(std::move(held.message));
  messages_.clear();
}

void OutputOrder::release_text(Time arrived_before) {
  // A dump waits for the death that it announces; where none comes, for the end of the cell.
  while (!texts_.empty() && texts_.front().arrived <= arrived_before &&
         !holds_dump(texts_.front())) {
    release_first_text();
  }
}

void OutputOrder::release_first_text() {
  ready_.emplace_back(std::move(texts_.front()));
  texts_.pop_front();
}

}  // namespace km::runner
