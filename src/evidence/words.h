// Last words as people and rules can read them: UTF-8, no terminal sequences, no overwritten
// progress bars, no noise.
#pragma once

#include "intake/clean_line.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace km::evidence {

inline constexpr std::size_t kWordsBytes = std::size_t{64} * 1024;  // kept of the end
inline constexpr std::size_t kWordLines = 200;                      // that become facts

// Bounded by kWordsBytes and, line by line, by intake::kLineBytes; ends without a newline.
std::string clean_words(std::string_view raw);

// What every Jupyter kernel says, alive or dead.
bool is_noise(std::string_view line);

// The last `count` lines of clean words that are neither empty nor noise.
std::vector<std::string> last_lines(std::string_view words, std::size_t count);

}  // namespace km::evidence
