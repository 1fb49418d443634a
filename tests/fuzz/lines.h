// The bytes that libFuzzer hands over as the excerpt of a handed-in file.
#pragma once

#include "input.h"
#include "readers/whole_excerpt.h"

namespace km::fuzz {

inline intake::Excerpt excerpt_of(const std::uint8_t* data, std::size_t size) {
  return readers::whole_excerpt(text_of(data, size), "fuzz");
}

}  // namespace km::fuzz
