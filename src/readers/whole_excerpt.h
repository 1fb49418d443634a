// For tests and fuzzing: a text as the readers get it from a small file, every line kept.
#pragma once

#include "intake/clean_line.h"
#include "intake/excerpt.h"

#include <string>
#include <string_view>

namespace km::readers {

inline intake::Excerpt whole_excerpt(std::string_view text, const std::string& name) {
  intake::Excerpt excerpt;
  excerpt.name = name;
  intake::each_line(text, [&](std::string_view line) {
    excerpt.lines.push_back(
        {++excerpt.total_lines, std::string(line.substr(0, intake::kLineBytes))});
  });
  return excerpt;
}

}  // namespace km::readers
