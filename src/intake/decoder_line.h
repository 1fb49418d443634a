// Raw lines of files of any origin, as text that people and rules can read.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace km::intake {

// The line as UTF-8, clean (clean_line.h) and at most kLineBytes long. What is no UTF-8 is taken
// for Windows-1252, of which Latin-1 is a part, unless other characters of it are UTF-8. Of a
// longer line the part around the byte `at` is kept, else its beginning.
std::string line_text(std::string_view raw, std::size_t at = std::string_view::npos);

// Whether line_text would change nothing: printable ASCII, not too long.
bool is_plain(std::string_view raw);

// The part of a long raw line around `at` that is enough for line_text.
std::string part_around(std::string_view line, std::size_t at);

// How far behind `at` it reaches, where the line goes on so far.
inline constexpr std::size_t kReach = 1000;

// A whole text under the same rule, nothing else changed.
std::string as_utf8(std::string text);

// Takes terminal sequences and NUL bytes out of whole lines, in place, since they may stand inside
// the words that are looked for. The number of bytes that are left.
std::size_t strip_terminal(char* text, std::size_t size);

}  // namespace km::intake
