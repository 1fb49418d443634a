#include "report/text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <fmt/core.h>
#include <utility>
#include <variant>

namespace km::report {
namespace {

constexpr std::string_view kThinSpace = "\u202f";  // narrow and not breaking
constexpr std::string_view kReplacement = "\ufffd";
constexpr char kEscape = '\x1b';

// One character of UTF-8: its code point and length. A length of 0 says that the bytes are not
// valid there.
struct Character {
  char32_t code = 0;
  std::size_t length = 0;
};

Character character_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t offset) -> unsigned {
    return at + offset < text.size() ? static_cast<unsigned char>(text[at + offset]) : 0U;
  };
  const unsigned first = byte(0);
  if (first < 0x80U) return {first, 1};
  std::size_t length = 0;
  char32_t code = 0;
  char32_t smallest = 0;
  if (first >= 0xc2U && first <= 0xdfU) {
    length = 2, code = first & 0x1fU, smallest = 0x80;
  } else if (first >= 0xe0U && first <= 0xefU) {
    length = 3, code = first & 0x0fU, smallest = 0x800;
  } else if (first >= 0xf0U && first <= 0xf4U) {
    length = 4, code = first & 0x07U, smallest = 0x10000;
  } else {
    return {};
  }
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80U) return {};
    code = code << 6U | (byte(i) & 0x3fU);
  }
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  if (code < smallest || code > 0x10ffff || surrogate) return {};
  return {code, length};
}

// Length of the terminal sequence at `at` (which holds ESC): CSI and OSC are known, of others the
// next character goes.
std::size_t sequence_length(std::string_view text, std::size_t at) {
  const std::size_t start = at;
  if (++at >= text.size()) return 1;
  if (text[at] == '[') {
    for (++at; at < text.size(); ++at) {
      const auto byte = static_cast<unsigned char>(text[at]);
      if (byte >= 0x40 && byte <= 0x7e) return at + 1 - start;
      if (byte < 0x20 || byte > 0x7e) return at - start;
    }
    return at - start;
  }
  if (text[at] == ']') {
    // Ends at BEL or ESC \; one that never ends must not swallow what follows it.
    const std::size_t end = text.find_first_of("\a\x1b\n", at);
    if (end == std::string_view::npos || text[end] == '\n') return 2;
    return (text[end] == '\a' ? end + 1 : std::min(end + 2, text.size())) - start;
  }
  const auto byte = static_cast<unsigned char>(text[at]);
  return byte >= 0x20 && byte < 0x7f ? 2 : 1;
}

// Takes no room, or turns the reading direction: what "Trojan source" texts are made of.
bool is_invisible(char32_t code) {
  return (code >= 0x7f && code <= 0x9f) || (code >= 0x200b && code <= 0x200f) ||
         (code >= 0x2028 && code <= 0x202e) || (code >= 0x2060 && code <= 0x206f) ||
         code == 0xfeff || code == 0x061c || (code >= 0xe0000 && code <= 0xe007f);
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

std::string human_number(std::string_view name, double value) {
  if (!std::isfinite(value)) return fmt::format("{}", value);
  constexpr double kLargest = 9e18;  // what a 64-bit integer surely holds
  const auto whole = static_cast<std::int64_t>(std::clamp(value, -kLargest, kLargest));
  if (ends_with(name, "_bytes")) return human_bytes(whole);
  if (ends_with(name, "_bytes_per_second")) return human_bytes(whole) + "/s";
  if (ends_with(name, "_seconds")) return human_seconds(value);
  if (ends_with(name, "_percent")) return fmt::format("{:.3g} %", value);
  return value == std::floor(value) ? human_count(whole) : fmt::format("{:.4g}", value);
}

}  // namespace

std::string human_bytes(std::int64_t bytes) {
  constexpr std::array<const char*, 5> kUnits{"KiB", "MiB", "GiB", "TiB", "PiB"};
  auto size = static_cast<double>(bytes);
  if (std::abs(size) < 1024) return fmt::format("{} B", bytes);
  std::size_t unit = 0;
  for (size /= 1024; std::abs(size) >= 1023.95 && unit + 1 < kUnits.size(); ++unit) size /= 1024;
  return std::abs(size) < 99.95 ? fmt::format("{:.1f} {}", size, kUnits.at(unit))
                                : fmt::format("{:.0f} {}", size, kUnits.at(unit));
}

std::string human_count(std::int64_t count) {
  std::string digits = fmt::format("{}", count);
  const std::size_t sign = count < 0 ? 1 : 0;
  if (digits.size() - sign < 5) return digits;  // 4096 reads well as it is
  for (std::size_t at = digits.size(); at > sign + 3;) {
    at -= 3;
    digits.insert(at, kThinSpace);
  }
  return digits;
}

std::string human_seconds(double seconds) {
  if (!std::isfinite(seconds)) return "unlimited";
  if (seconds < 0) return "-" + human_seconds(-seconds);
  if (seconds > 0 && seconds < 0.0995)
    return fmt::format("{:.0f} ms", std::max(1.0, seconds * 1000));
  if (seconds < 9.95) return fmt::format("{:.1f} s", seconds);
  if (seconds < 59.5) return fmt::format("{:.0f} s", seconds);
  constexpr double kLongest = 1e15;
  const auto whole = static_cast<std::int64_t>(std::llround(std::min(seconds, kLongest)));
  const auto parts = [](std::int64_t large, std::string_view large_unit, std::int64_t small,
                        std::string_view small_unit) {
    std::string words = fmt::format("{} {}", human_count(large), large_unit);
    if (small != 0) words += fmt::format(" {} {}", small, small_unit);
    return words;
  };
  if (whole < 3600) return parts(whole / 60, "min", whole % 60, "s");
  if (whole < 86400) return parts(whole / 3600, "h", whole % 3600 / 60, "min");
  return parts(whole / 86400, "d", whole % 86400 / 3600, "h");
}

std::string human_time(std::string_view iso8601) {
  // 2026-11-24T16:17:01[.123]Z
  const bool shaped = iso8601.size() >= 20 && iso8601[4] == '-' && iso8601[7] == '-' &&
                      iso8601[10] == 'T' && iso8601[13] == ':' && iso8601.back() == 'Z';
  if (!shaped) return clean_line(iso8601);
  return clean_line(fmt::format("{} {} UTC", iso8601.substr(0, 10), iso8601.substr(11, 8)));
}

std::string human_value(std::string_view name, const casefile::Value& value, std::size_t items) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    return human_number(name, static_cast<double>(*number));
  }
  if (const auto* number = std::get_if<double>(&value)) return human_number(name, *number);
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
    if (list->empty()) return "none";
    // Words of a command stand beside each other; of other lists each is a thing of its own.
    const std::string_view between = name == "kernel.argv" ? " " : ", ";
    std::string text;
    for (std::size_t i = 0; i < std::min(items, list->size()); ++i) {
      if (i != 0) text += between;
      text += clean_line((*list)[i]);
    }
    if (list->size() > items) text += fmt::format(" and {} more", list->size() - items);
    return text;
  }
  return clean_line(casefile::to_text(value));
}

std::string clean(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == kEscape) {
      at += sequence_length(text, at);
      continue;
    }
    const Character next = character_at(text, at);
    if (next.length == 0) {
      result += kReplacement;
      ++at;
      continue;
    }
    if (next.code == '\t') {
      result += "    ";
    } else if (next.code == '\n' || (next.code >= 0x20 && !is_invisible(next.code))) {
      result += text.substr(at, next.length);
    }
    at += next.length;
  }
  return result;
}

std::string clean_line(std::string_view text) {
  std::string result;
  bool space = false;
  for (const char c : clean(text)) {
    if (c == ' ' || c == '\n') {
      space = !result.empty();
      continue;
    }
    if (std::exchange(space, false)) result += ' ';
    result += c;
  }
  return result;
}

Tail tail_of(std::string_view text, std::size_t lines, std::size_t bytes) {
  Tail tail;
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  if (text.size() > bytes) {
    text.remove_prefix(text.size() - bytes);
    tail.cut = true;
    const std::size_t end = text.find('\n');  // begin at a whole line where there is one
    if (end != std::string_view::npos) text.remove_prefix(end + 1);
  }
  const std::string whole = clean(text);
  if (whole.empty()) return tail;
  std::size_t start = 0;
  for (std::size_t end = 0; end != std::string::npos; start = end + 1) {
    end = whole.find('\n', start);
    tail.lines.push_back(whole.substr(start, end == std::string::npos ? end : end - start));
  }
  if (tail.lines.size() > lines) {
    tail.lines.erase(tail.lines.begin(), tail.lines.end() - static_cast<std::ptrdiff_t>(lines));
    tail.cut = true;
  }
  return tail;
}

std::size_t columns(std::string_view utf8) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < utf8.size();) {
    const auto [code, length] = character_at(utf8, at);
    at += std::max<std::size_t>(length, 1);
    const bool combining = code >= 0x300 && code <= 0x36f;
    const bool wide = (code >= 0x1100 && code <= 0x115f) || (code >= 0x2e80 && code <= 0xa4cf) ||
                      (code >= 0xac00 && code <= 0xd7a3) || (code >= 0xf900 && code <= 0xfaff) ||
                      (code >= 0xfe30 && code <= 0xfe6f) || (code >= 0xff00 && code <= 0xff60) ||
                      (code >= 0x1f300 && code <= 0x1faff);
    count += combining ? 0 : wide ? 2 : 1;
  }
  return count;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  std::size_t used = 0;
  while (true) {
    const std::size_t begin = text.find_first_not_of(' ');
    if (begin == std::string_view::npos) return lines;
    text.remove_prefix(begin);
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(word.size());
    const std::size_t wide = columns(word);
    if (used != 0 && used + 1 + wide > width) {
      lines.emplace_back();
      used = 0;
    }
    if (used != 0) {
      lines.back() += ' ';
      ++used;
    }
    lines.back() += word;
    used += wide;
  }
}

std::vector<Span> code_spans(std::string_view sentence) {
  std::vector<Span> spans;
  while (!sentence.empty()) {
    const std::size_t open = sentence.find('`');
    const std::size_t close = open == std::string_view::npos ? open : sentence.find('`', open + 1);
    if (close == std::string_view::npos) {  // a lone backtick is only a character
      spans.push_back({std::string(sentence), false});
      break;
    }
    if (open > 0) spans.push_back({std::string(sentence.substr(0, open)), false});
    if (close > open + 1) {
      spans.push_back({std::string(sentence.substr(open + 1, close - open - 1)), true});
    }
    sentence.remove_prefix(close + 1);
  }
  return spans;
}

}  // namespace km::report
