// What Linux and macOS tell about the machine in the same way: room on a file system, the monotonic
// clock.
#include "os/host.h"

#include <algorithm>
#include <ctime>
#include <limits>

#include <sys/statvfs.h>

namespace km::os {

std::optional<Space> space_of(const std::string& path) {
  struct statvfs info {};
  if (::statvfs(path.c_str(), &info) != 0) return std::nullopt;
  const auto bytes = [&info](auto blocks) {
    return static_cast<std::int64_t>(blocks) * static_cast<std::int64_t>(info.f_frsize);
  };
  // Some file systems (btrfs, overlay on it) make inodes as they need them and tell 0 of 0.
  const auto inodes = info.f_files == 0 ? -1 : static_cast<std::int64_t>(info.f_favail);
  return Space{bytes(info.f_blocks), bytes(info.f_bavail), inodes};
}

std::int64_t monotonic_us() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1'000;
}

}  // namespace km::os
