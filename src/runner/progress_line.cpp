// Fixed columns, so that the eye finds the slow cell.
#include "runner/progress_line.h"

#include <algorithm>
#include <fmt/core.h>

namespace km::runner {
namespace {

constexpr std::size_t kErrorLength = 100;  // a message can be a page

std::string first_line(const std::string& text) {
  std::string line = text.substr(0, text.find('\n'));
  if (line.size() > kErrorLength) {
    std::size_t end = kErrorLength;
    while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U)
      --end;  // not inside a character
    line = line.substr(0, end) + "...";
  }
  return line;
}

std::string memory_text(std::int64_t bytes) {
  const double mib = static_cast<double>(bytes) / (1 << 20U);
  return mib < 10'000 ? fmt::format("{:.0f} MiB", mib) : fmt::format("{:.1f} GiB", mib / 1024);
}

}  // namespace

std::string progress_line(const CellResult& cell, std::size_t cells, std::int64_t memory_bytes) {
  const int width = static_cast<int>(std::to_string(cells).size());
  std::string line =
      fmt::format("cell {:>{}}/{}  {:<11} {:>8.1f} s  {:>9}", cell.index, width, cells, cell.status,
                  cell.seconds, memory_bytes > 0 ? memory_text(memory_bytes) : "");
  if (!cell.error.empty()) line += "  " + first_line(cell.error);
  while (line.back() == ' ') line.pop_back();
  return line;
}

std::string summary_line(const std::vector<CellResult>& cells) {
  std::vector<std::pair<std::string, int>> counts;  // in the order of their first appearance
  for (const auto& cell : cells) {
    const auto known = std::find_if(counts.begin(), counts.end(),
                                    [&](const auto& count) { return count.first == cell.status; });
    if (known != counts.end()) {
      ++known->second;
    } else {
      counts.emplace_back(cell.status, 1);
    }
  }
  std::string line = fmt::format("{} {}", cells.size(), cells.size() == 1 ? "cell" : "cells");
  for (std::size_t i = 0; i < counts.size(); ++i) {
    line += fmt::format("{}{} {}", i == 0 ? ": " : ", ", counts[i].second, counts[i].first);
  }
  return line;
}

}  // namespace km::runner
