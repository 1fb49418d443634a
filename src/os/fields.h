// Cuts the texts of /proc and /sys (lines, columns, "key value" tables) into pieces, whatever they
// hold.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>

namespace km::os {

// What comes before `end` (or everything); `rest` goes on behind it.
inline std::string_view take_until(std::string_view& rest, char end) {
  const auto at = rest.find(end);
  const auto piece = rest.substr(0, at);
  rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + 1);
  return piece;
}

inline std::string_view take_line(std::string_view& rest) { return take_until(rest, '\n'); }

// The next word between blanks; empty at the end.
inline std::string_view take_field(std::string_view& rest) {
  constexpr std::string_view kBlank = " \t\n";
  const auto begin = rest.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) {
    rest = {};
    return {};
  }
  const auto end = rest.find_first_of(kBlank, begin);
  const auto field = rest.substr(begin, end == std::string_view::npos ? end : end - begin);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end);
  return field;
}

// A whole decimal number, nothing around it.
template <class Number = std::int64_t>
std::optional<Number> to_number(std::string_view text) {
  Number value{};
  const auto* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

// The number behind `key` where a line begins with it: "oom_kill 3", "MemFree:   12 kB" (the unit
// is not applied).
inline std::optional<std::int64_t> number_of(std::string_view text, std::string_view key) {
  for (auto at = text.find(key); at != std::string_view::npos; at = text.find(key, at + 1)) {
    if (at != 0 && text[at - 1] != '\n') continue;
    auto rest = text.substr(at + key.size());
    if (rest.empty() || (rest.front() != ' ' && rest.front() != '\t')) continue;
    return to_number(take_field(rest));
  }
  return std::nullopt;
}

}  // namespace km::os
