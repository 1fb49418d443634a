// nbclient reads the date into a datetime and writes its fields with six digits and a Z; the same
// is done on the text.
#include "runner/timing.h"

#include <array>
#include <ctime>
#include <fmt/core.h>
#include <string_view>

namespace km::runner {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "2026-11-24T16:17:01", then perhaps ".123" and a zone.
bool begins_with_date(std::string_view text) {
  constexpr std::string_view kShape = "dddd-dd-ddTdd:dd:dd";
  if (text.size() < kShape.size()) return false;
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    if (kShape[i] == 'd' ? !is_digit(text[i]) : kShape[i] != text[i]) return false;
  }
  return true;
}

std::string written(std::chrono::system_clock::time_point now) {
  const auto micros =
      std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count();
  const std::time_t seconds = micros / 1'000'000;
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  std::array<char, 32> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
  return fmt::format("{}.{:06}Z", std::string_view(text.data(), length), micros % 1'000'000);
}

}  // namespace

std::string timestamp(const jupyter::Json& header, std::chrono::system_clock::time_point now) {
  constexpr std::size_t kSeconds = 19;  // length of a date without its fraction
  const std::string date = jupyter::text_member(header, "date");
  if (!begins_with_date(date)) return written(now);
  std::string fraction;
  if (date.size() > kSeconds && date[kSeconds] == '.') {
    for (std::size_t i = kSeconds + 1; i < date.size() && is_digit(date[i]); ++i)
      fraction += date[i];
  }
  fraction.resize(6, '0');
  return date.substr(0, kSeconds) + "." + fraction + "Z";
}

void record_timing(jupyter::Json& execution, const jupyter::Message& message,
                   std::chrono::system_clock::time_point now) {
  std::string_view key;
  if (message.type == "status") {
    const std::string state = jupyter::text_member(message.content, "execution_state");
    if (state == "busy") key = "iopub.status.busy";
    if (state == "idle") key = "iopub.status.idle";
  } else if (message.type == "execute_input") {
    key = "iopub.execute_input";
  } else if (message.type == "execute_reply") {
    key = "shell.execute_reply";
  }
  if (!key.empty()) execution[std::string(key)] = timestamp(message.header, now);
}

}  // namespace km::runner
