// Last words as people and rules can read them: UTF-8, no terminal sequences, no overwritten
// progress bars, no noise.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace km::evidence {

inline constexpr std::size_t kWordsBytes = std::size_t{64} * 1024;  // kept of the end
inline constexpr std::size_t kLineBytes = 2000;                     // kept of one line
inline constexpr std::size_t kWordLines = 200;                      // that become facts

// Bounded by kWordsBytes and, line by line, by kLineBytes; ends without a newline.
std::string clean_words(std::string_view raw);

// What every Jupyter kernel says, alive or dead.
bool is_noise(std::string_view line);

// The last `count` lines of clean words that are neither empty nor noise.
std::vector<std::string> last_lines(std::string_view words, std::size_t count);

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

}  // namespace km::evidence
