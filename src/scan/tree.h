// All files below a folder, by name alone: one look at each folder, none at a file.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace km::scan {

struct Tree {
  std::filesystem::path root;
  std::unordered_set<std::string> files;  // relative to the root; __pycache__ is left out
  std::vector<std::string> natives;       // those of them that look like native libraries, sorted
  std::size_t unread_folders = 0;         // not permitted
  bool cut = false;                       // more files than kMostFiles
  bool links = false;                     // there are symbolic links, which may lead to more
};

inline constexpr std::size_t kMostFiles = 500'000;  // a large environment has 60,000
inline constexpr int kDeepest = 40;

// Symbolic links to folders are not followed. Measured: 31,000 files in 25 ms, warm.
Tree walk(const std::filesystem::path& root);

// "x.so", "libx.so.1.2", "x.dylib".
bool has_native_name(std::string_view name);

}  // namespace km::scan
