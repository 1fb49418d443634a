// Cleans last words and makes the lines of their end facts.
#include "evidence/words.h"

#include "evidence/collectors.h"

#include <array>

namespace km::evidence {
std::string clean_words(std::string_view raw) {
  if (raw.size() > kWordsBytes) {
    raw.remove_prefix(raw.size() - kWordsBytes);
    // A line that was cut in two says nothing, unless it is all there is.
    const std::size_t end = raw.find('\n');
    if (end != std::string_view::npos && end + 1 < raw.size()) raw.remove_prefix(end + 1);
  }
  std::string clean;
  clean.reserve(raw.size());
  intake::each_line(raw, [&](std::string_view line) {
    clean += intake::clean_line(line);
    clean += '\n';
  });
  while (!clean.empty() && clean.back() == '\n') clean.pop_back();
  // U+FFFD is longer than the byte whose place it takes.
  if (clean.size() > kWordsBytes) {
    std::size_t cut = clean.size() - kWordsBytes;
    while (cut < clean.size() && (static_cast<unsigned char>(clean[cut]) & 0xC0U) == 0x80U) ++cut;
    clean.erase(0, cut);
  }
  return clean;
}

bool is_noise(std::string_view line) {
  // debugpy's four lines at each start of a kernel, traitlets' warnings, and the hint of
  // ipykernel's console mode.
  static constexpr std::array<std::string_view, 9> kNoise{
      "frozen modules are being used",
      "make the debugger miss breakpoints",
      "to python to disable frozen modules",
      "PYDEVD_DISABLE_FILE_VALIDATION",
      "Supporting extra quotes around strings is deprecated in traitlets",
      "FutureWarning: Supporting extra quotes around",
      "NOTE: When using the `ipython kernel` entry point",
      "To exit, you will have to explicitly quit this process, by either sending",
      "To read more about this, see https://github.com/ipython/ipython/issues/2049"};
  for (const std::string_view noise : kNoise) {
    if (line.find(noise) != std::string_view::npos) return true;
  }
  return false;
}

std::vector<std::string> last_lines(std::string_view words, std::size_t count) {
  std::vector<std::string> backwards;
  while (!words.empty() && backwards.size() < count) {
    const std::size_t begin = words.rfind('\n') + 1;  // npos + 1 is 0
    const std::string_view line = words.substr(begin);
    if (line.find_first_not_of(" \t") != std::string_view::npos && !is_noise(line))
      backwards.emplace_back(line);
    words = words.substr(0, begin == 0 ? 0 : begin - 1);
  }
  return {backwards.rbegin(), backwards.rend()};
}

void collect_words(std::string_view words, casefile::CaseFile& out) {
  constexpr std::string_view kSource = "fd 1 and 2 of the process";
  out.last_words = words;
  const std::vector<std::string> lines = last_lines(words, kWordLines);
  if (lines.empty()) {
    out.none("words.line", kSource);
    return;
  }
  out.add("words.line", lines, kSource);
}

}  // namespace km::evidence
