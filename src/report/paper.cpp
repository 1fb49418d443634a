#include "report/paper.h"

#include "report/text.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>

namespace km::report {
namespace {

constexpr int kNarrowest = 40;
constexpr int kWidest = 120;  // longer lines are hard to read, however wide the terminal is

}  // namespace

Paper::Paper(bool colour, int width)
    : colour_(colour), width_(static_cast<std::size_t>(std::clamp(width, kNarrowest, kWidest))) {}

void Paper::line(std::string_view words, Style style) {
  text_ += styled(words, style);
  text_ += '\n';
}

void Paper::heading(std::string_view words) {
  blank();
  line(words, Style::heading);
}

void Paper::paragraph(std::string_view words, std::string_view first, Style style) {
  const std::size_t indent = columns(first);
  std::string before(first);
  for (const std::string& part : wrapped(words, width_ - std::min(indent, width_ / 2))) {
    text_ += before + (style == Style::plain ? with_code(part) : styled(part, style)) + '\n';
    before.assign(indent, ' ');
  }
}

std::string Paper::styled(std::string_view words, Style style) const {
  constexpr std::array<std::string_view, 7> kCodes{"",         "\x1b[1m", "\x1b[1;31m", "\x1b[33m",
                                                   "\x1b[32m", "\x1b[2m", "\x1b[36m"};
  const std::string_view code = kCodes.at(static_cast<std::size_t>(style));
  if (!colour_ || code.empty()) return std::string(words);
  return fmt::format("{}{}\x1b[0m", code, words);
}

// Backticks stay: they tell where a command begins and ends also without colour. A command may go
// over the end of a line; then only whole pairs on one line are coloured.
std::string Paper::with_code(std::string_view words) const {
  if (!colour_) return std::string(words);
  std::string result;
  for (const Span& span : code_spans(words)) {
    result += span.code ? "`" + styled(span.text, Style::code) + "`" : span.text;
  }
  return result;
}

}  // namespace km::report
