// A file of /proc or /sys that is read again and again through one descriptor: one system call a
// look.
#pragma once

#include "os/handle.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <string_view>
#include <unistd.h>

namespace km::os {

class PseudoFile {
 public:
  PseudoFile() = default;
  explicit PseudoFile(const std::filesystem::path& path)
      : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  explicit operator bool() const { return static_cast<bool>(fd_); }
  int fd() const { return fd_.get(); }

  // The text as it is now, cut at the buffer's size and valid until the buffer's next use; nothing
  // once what the file tells about has gone.
  template <std::size_t kSize>
  std::optional<std::string_view> read(std::array<char, kSize>& buffer) const {
    while (true) {
      const auto got = ::pread(fd_.get(), buffer.data(), buffer.size(), 0);
      if (got >= 0) return std::string_view(buffer.data(), static_cast<std::size_t>(got));
      if (errno != EINTR) return std::nullopt;
    }
  }

 private:
  Fd fd_;
};

}  // namespace km::os
