// macOS has neither pid namespaces nor control groups; dyld knows the program's file.
#include "os/self.h"

#include <array>
#include <cstdint>
#include <mach-o/dyld.h>

namespace km::os {

std::filesystem::path own_executable() {
  std::array<char, 4096> path{};
  auto size = static_cast<std::uint32_t>(path.size());
  if (::_NSGetExecutablePath(path.data(), &size) != 0) return {};
  return path.data();
}

bool sees_host_pids(const Root& /*root*/) { return true; }

std::optional<std::int64_t> task_limit(const Root& /*root*/) { return std::nullopt; }

}  // namespace km::os
