// What a terminal does to a line: sequences obeyed, carriage returns overwriting.
#include "intake/clean_line.h"

#include "jupyter/utf8.h"

#include <algorithm>

namespace km::intake {
namespace {

constexpr char kEscape = '\x1b';

// What a terminal would show of a line: a carriage return begins it anew.
std::string_view shown(std::string_view line) {
  while (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  const std::size_t again = line.rfind('\r');
  return again == std::string_view::npos ? line : line.substr(again + 1);
}

}  // namespace

std::size_t escape_length(std::string_view text, std::size_t at) {
  if (at + 1 >= text.size()) return 1;
  std::size_t end = at + 2;
  switch (text[at + 1]) {
    case '[':  // CSI: parameters, then one final byte
      while (end < text.size() && text[end] >= ' ' && text[end] < '@') ++end;
      return end < text.size() && text[end] >= '@' && text[end] <= '~' ? end + 1 - at : end - at;
    case ']':  // OSC: up to BEL or ESC backslash; an unterminated one ends with its line
      while (end < text.size() && text[end] != '\a' && text[end] != kEscape && text[end] != '\n')
        ++end;
      if (end < text.size() && text[end] == '\a') return end + 1 - at;
      if (text.substr(end, 2) == "\x1b\\") return end + 2 - at;
      return end - at;
    case '(':
    case ')':  // choice of a character set: one more byte
      return std::min<std::size_t>(3, text.size() - at);
    case '\n':
      return 1;
    default:
      return 2;
  }
}

std::string clean_line(std::string_view line) {
  std::string kept;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == kEscape) {
      i += escape_length(line, i) - 1;
      continue;
    }
    const auto byte = static_cast<unsigned char>(line[i]);
    if ((byte < ' ' && byte != '\t' && byte != '\r') || byte == 0x7f) continue;
    kept += line[i];
  }
  const std::string_view visible = shown(kept);
  std::string text = jupyter::clean_utf8(visible);
  if (text.size() > kLineBytes) {
    text.resize(jupyter::utf8_cut(text, kLineBytes));
    text += "\u2026";
  }
  return text;
}

}  // namespace km::intake
