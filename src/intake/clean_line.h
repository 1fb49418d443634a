// Single lines of foreign text, fit to be read and matched.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace km::intake {

inline constexpr std::size_t kLineBytes = 2000;  // kept of one line

// One line as a terminal would show it in the end, as UTF-8; bounded by kLineBytes.
std::string clean_line(std::string_view line);

// The length of the terminal sequence that begins at text[at], ESC included.
std::size_t escape_length(std::string_view text, std::size_t at);

// Calls `use(line)` for every line, the newline left out.
template <class Use>
void each_line(std::string_view text, Use use) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    use(text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

}  // namespace km::intake
