// Where /proc, /sys and /etc begin: "/" on a real machine, a temporary folder in a test.
#pragma once

#include <filesystem>
#include <string_view>
#include <utility>

namespace km::os {

class Root {
 public:
  Root() = default;
  explicit Root(std::filesystem::path base) : base_(std::move(base)) {}
  // `absolute` begins with a slash: under("/proc/meminfo").
  std::filesystem::path under(std::string_view absolute) const {
    return base_ / std::filesystem::path(absolute).relative_path();
  }

 private:
  std::filesystem::path base_ = "/";
};

}  // namespace km::os
