// Text of strangers may hold any bytes; what we write must be UTF-8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace km::jupyter {

struct Utf8Step {
  std::size_t length = 1;  // bytes of the character, or of the part that is none; never 0
  bool valid = false;
};
// The character that begins at text[at]; `at` < text.size(). An invalid part is as long as Python's
// decoder makes it (the longest beginning of a character), so that both put the same number of
// U+FFFD in its place.
Utf8Step utf8_step(std::string_view text, std::size_t at);

// Offset of the first byte that is not UTF-8; npos where all is well.
std::size_t utf8_error(std::string_view text);

// Everything that is not UTF-8 replaced by U+FFFD.
std::string clean_utf8(std::string_view text);

// The largest cut at or below `at` that does not divide a character.
std::size_t utf8_cut(std::string_view text, std::size_t at);

// Appends the character; `code` is at most 0x10FFFF. A lone surrogate, which real notebooks hold as
// \uD800, becomes the three bytes that Python's "surrogatepass" writes.
void append_utf8(std::uint32_t code, std::string& out);

inline constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

}  // namespace km::jupyter
