// The bytes that libFuzzer hands over as the excerpt of a handed-in file.
#pragma once

#include "input.h"
#include "intake/excerpt.h"

namespace km::fuzz {

inline intake::Excerpt excerpt_of(const std::uint8_t* data, std::size_t size) {
  intake::Excerpt excerpt;
  excerpt.name = "fuzz";
  for (std::string& line : pieces(text_of(data, size), "\n"))
    excerpt.lines.push_back({++excerpt.total_lines, std::move(line)});
  return excerpt;
}

}  // namespace km::fuzz
