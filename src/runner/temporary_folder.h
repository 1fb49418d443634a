// A private folder for what nobody is to keep; removed afterwards.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>
#include <unistd.h>

namespace km::runner {

class TemporaryFolder {
 public:
  // Where none can be made, path() stays empty.
  explicit TemporaryFolder(const std::string& name = "km-runner") {
    std::error_code ignored;
    std::string pattern =
        (std::filesystem::temp_directory_path(ignored) / (name + "-XXXXXX")).string();
    if (::mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace km::runner
