// The bytes that libFuzzer hands over, as text and in pieces; what each target begins with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace km::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {static_cast<const char*>(static_cast<const void*>(data)), size};
}

// The text cut at every `separator`.
inline std::vector<std::string> pieces(std::string_view text, std::string_view separator) {
  std::vector<std::string> result;
  while (true) {
    const std::size_t end = text.find(separator);
    result.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return result;
    text.remove_prefix(end + separator.size());
  }
}

// A promise of the parser that a crash alone would not show.
inline void must(bool holds) {
  if (!holds) std::abort();
}

}  // namespace km::fuzz
