// Where a line stands, and an excerpt as one text.
#include "intake/excerpt.h"

#include <fmt/core.h>

namespace km::intake {

std::string source_of(const Excerpt& excerpt, const ExcerptLine& line) {
  return fmt::format("{}:{}", excerpt.name, line.number);
}

std::string joined(const Excerpt& excerpt) {
  std::string text;
  std::int64_t expected = 0;
  for (const ExcerptLine& line : excerpt.lines) {
    if (expected != 0 && line.number != expected) text += '\n';
    expected = line.number + 1;
    text += line.text;
    text += '\n';
  }
  return text;
}

}  // namespace km::intake
