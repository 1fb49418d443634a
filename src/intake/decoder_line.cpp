// Windows-1252 where it is no UTF-8; most lines are plain and pass untouched.
#include "intake/decoder_line.h"

#include "intake/clean_line.h"
#include "jupyter/utf8.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace km::intake {
namespace {

// Some byte is not UTF-8 and none beyond ASCII is.
bool is_single_byte(std::string_view text) {
  bool wrong = false;
  for (std::size_t at = 0; at < text.size();) {
    const jupyter::Utf8Step step = jupyter::utf8_step(text, at);
    if (step.valid && step.length > 1) return false;
    wrong |= !step.valid;
    at += step.length;
  }
  return wrong;
}

// https://encoding.spec.whatwg.org/index-windows-1252.txt; the rest is as in Latin-1.
std::uint32_t windows_1252(unsigned char byte) {
  static constexpr std::array<std::uint16_t, 32> kSpecial{
      0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
      0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
      0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};
  return byte >= 0x80 && byte < 0xA0 ? kSpecial.at(byte - 0x80U) : byte;
}

std::string from_windows_1252(std::string_view text) {
  std::string utf8;
  utf8.reserve(text.size() + text.size() / 8);
  for (const char byte : text)
    jupyter::append_utf8(windows_1252(static_cast<unsigned char>(byte)), utf8);
  return utf8;
}

std::string line_text_of(std::string_view raw) {
  return clean_line(is_single_byte(raw) ? from_windows_1252(raw) : std::string(raw));
}

}  // namespace

bool is_plain(std::string_view raw) {
  if (raw.size() > kLineBytes) return false;
  std::uint8_t wrong = 0;  // without a branch per byte
  for (const char byte : raw) {
    const auto past_space = static_cast<std::uint8_t>(byte - ' ');
    wrong = static_cast<std::uint8_t>(wrong | (past_space > '~' - ' ' ? 1 : 0));
  }
  return wrong == 0;
}

std::string part_around(std::string_view line, std::size_t at) {
  constexpr std::size_t kBefore = kLineBytes / 4;
  // A carriage return overwrites; what was looked for was seen all the same.
  const std::size_t segment = line.substr(0, at).rfind('\r') + 1;  // npos + 1 is 0
  at = at == std::string_view::npos ? 0 : at - segment;
  line.remove_prefix(segment);
  line = line.substr(0, line.find('\r', at));
  if (at + kReach <= kLineBytes) return std::string(line.substr(0, 2 * kLineBytes));
  const std::size_t begin = jupyter::utf8_cut(line, at - kBefore);
  return "\u2026" + std::string(line.substr(begin, 2 * kLineBytes));
}

std::string line_text(std::string_view raw, std::size_t at) {
  while (!raw.empty() && raw.back() == '\r') raw.remove_suffix(1);
  if (is_plain(raw)) return std::string(raw);
  if (raw.size() > kLineBytes) return line_text_of(part_around(raw, at));
  return line_text_of(raw);
}

std::string as_utf8(std::string text) {
  if (is_single_byte(text)) return from_windows_1252(text);
  return jupyter::utf8_error(text) == std::string::npos ? std::move(text)
                                                        : jupyter::clean_utf8(text);
}

std::size_t strip_terminal(char* text, std::size_t size) {
  const std::string_view all(text, size);
  std::size_t escape = 0;
  std::size_t nul = 0;
  // Each is looked for again only once it is passed, which keeps this linear.
  const auto next = [&](std::size_t from) {
    if (escape < size && (from == 0 || escape < from))
      escape = std::min(all.find('\x1b', from), size);
    if (nul < size && (from == 0 || nul < from)) nul = std::min(all.find('\0', from), size);
    return std::min(escape, nul);
  };
  std::size_t kept = next(0);
  for (std::size_t at = kept; at < size;) {
    const std::size_t length = text[at] == '\0' ? 1 : escape_length(all, at);
    at += std::min(all.substr(at, length).find('\n'), length);  // lines keep their number
    const std::size_t end = next(at);
    std::memmove(text + kept, text + at, end - at);
    kept += end - at;
    at = end;
  }
  return kept;
}

}  // namespace km::intake
