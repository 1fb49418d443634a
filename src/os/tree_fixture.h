// A fake /proc, /sys or /etc for a test, written from a literal into a temporary folder that goes
// with it.
#pragma once

#include "os/root.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace km::os {

// TreeFixture tree({{"/proc/meminfo", "MemTotal: 1024 kB\n"}, {"/proc/7/fd/", ""}});  // a trailing
// slash: a folder read(tree.root());
class TreeFixture {
 public:
  TreeFixture(std::initializer_list<std::pair<std::string_view, std::string_view>> files = {}) {
    std::string name = (std::filesystem::temp_directory_path() / "km-tree-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot create " + name);
    base_ = name;
    for (const auto& [path, text] : files) add(path, text);
  }
  TreeFixture(const TreeFixture&) = delete;
  TreeFixture& operator=(const TreeFixture&) = delete;
  ~TreeFixture() {
    std::error_code ignored;
    std::filesystem::remove_all(base_, ignored);
  }

  [[nodiscard]] Root root() const { return Root(base_); }
  [[nodiscard]] std::filesystem::path path(std::string_view absolute) const {
    return root().under(absolute);
  }

  // Replaces what was there.
  void add(std::string_view absolute, std::string_view text) const {
    const auto file = path(absolute);
    if (absolute.ends_with('/')) {
      std::filesystem::create_directories(file);
      return;
    }
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
  }
  void remove(std::string_view absolute) const { std::filesystem::remove_all(path(absolute)); }
  void link(std::string_view absolute, const std::filesystem::path& target) const {
    std::filesystem::create_directories(path(absolute).parent_path());
    std::filesystem::create_symlink(target, path(absolute));
  }

 private:
  std::filesystem::path base_;
};

}  // namespace km::os
