#include "readers/apple_match.h"

#include "jupyter/json_text.h"

#include <array>
#include <chrono>
#include <cstdlib>
#include <fmt/core.h>
#include <re2/re2.h>

namespace km::readers::apple {
namespace {

using jupyter::Json;
using jupyter::member;
using jupyter::text_member;

// Between fork and what the report calls the launch lies the start of our own child.
constexpr std::int64_t kLaunchSlack = 5;
constexpr std::int64_t kEndSlack = 60;

std::string letters_of(std::string_view program) {
  const auto name = program.substr(program.rfind('/') + 1);
  std::string letters;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') {
      letters += static_cast<char>(c - 'A' + 'a');
    } else if (c >= 'a' && c <= 'z') {
      letters += c;
    } else {
      break;
    }
  }
  return letters;
}

bool same_program(std::string_view told, const Seen& seen) {
  if (told.empty() || seen.program.empty()) return true;
  return letters_of(told) == letters_of(seen.program);
}

// `launch` and `end` as the report tells them; either may be missing, not both.
bool same_time(std::string_view launch, std::string_view end, const Seen& seen) {
  if (const auto at = unix_seconds(launch))
    return std::abs(*at - seen.started_unix_s) <= kLaunchSlack;
  const auto at = unix_seconds(end);
  return at && *at >= seen.started_unix_s - kLaunchSlack && *at <= seen.ended_unix_s + kEndSlack;
}

bool is_number(const Json& value, std::int64_t number) {
  return value.is_number_integer() && value == number;
}

Match match_of_json(const Json& body, std::string_view header_time, const Seen& seen) {
  if (const Json& processes = member(body, "processes"); processes.is_array()) {
    const std::string date = text_member(body, "date");
    for (const Json& process : processes) {
      if (!is_number(member(process, "pid"), seen.pid) || text_member(process, "reason").empty())
        continue;
      if (same_program(text_member(process, "name"), seen) &&
          same_time("", date.empty() ? header_time : date, seen))
        return Match::jetsam;
    }
    return Match::none;
  }
  const bool ours =
      is_number(member(body, "pid"), seen.pid) &&
      same_program(text_member(body, "procPath"), seen) &&
      same_time(text_member(body, "procLaunch"), text_member(body, "captureTime"), seen);
  return ours ? Match::crash : Match::none;
}

std::string_view line_after(std::string_view text, const char* label) {
  static const RE2 kValue(R"((?m)^([A-Z][\w/ ]*):[ \t]*(.*)$)");
  re2::StringPiece rest(text.data(), text.size());
  re2::StringPiece name;
  re2::StringPiece value;
  while (RE2::FindAndConsume(&rest, kValue, &name, &value)) {
    if (name == label) return {value.data(), value.size()};
  }
  return {};
}

// "Process:  Python [12345]"
Match match_of_text(std::string_view text, const Seen& seen) {
  const auto process = line_after(text, "Process");
  if (process.find(fmt::format("[{}]", seen.pid)) == std::string_view::npos) return Match::none;
  const bool ours = same_program(line_after(text, "Path"), seen) &&
                    same_time(line_after(text, "Launch Time"), line_after(text, "Date/Time"), seen);
  return ours ? Match::crash : Match::none;
}

}  // namespace

std::optional<std::int64_t> unix_seconds(std::string_view time) {
  static const RE2 kTime(
      R"((\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.\d+)? ?(?:([+-])(\d\d):?(\d\d)|Z)?)");
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  std::string sign;
  int off_hours = 0;
  int off_minutes = 0;
  if (!RE2::PartialMatch(re2::StringPiece(time.data(), time.size()), kTime, &year, &month, &day,
                         &hour, &minute, &second, &sign) ||
      month < 1 || month > 12)
    return std::nullopt;
  if (!sign.empty()) {
    RE2::PartialMatch(re2::StringPiece(time.data(), time.size()), R"([+-](\d\d):?(\d\d)\s*$)",
                      &off_hours, &off_minutes);
  }
  const std::chrono::sys_days date(std::chrono::year{year} / static_cast<int>(month) /
                                   static_cast<int>(day));
  const std::int64_t days = date.time_since_epoch().count();
  const std::int64_t local = ((days * 24 + hour) * 60 + minute) * 60 + second;
  const std::int64_t offset = (std::int64_t{off_hours} * 60 + off_minutes) * 60;
  return sign == "-" ? local + offset : local - offset;
}

Match match_of(std::string_view text, const Seen& seen) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return Match::none;
  if (text[begin] != '{') return match_of_text(text, seen);
  // A header of one line, then the body: JSON, or the older text.
  const auto end = text.find('\n', begin);
  if (end == std::string_view::npos) return Match::none;
  const auto header = jupyter::parse_json(text.substr(begin, end - begin));
  const auto rest = text.substr(end + 1);
  if (const auto body = jupyter::parse_json(rest))
    return match_of_json(*body, header ? text_member(*header, "timestamp") : "", seen);
  const auto first = rest.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || rest[first] == '{') return Match::none;
  return match_of_text(rest, seen);
}

}  // namespace km::readers::apple
