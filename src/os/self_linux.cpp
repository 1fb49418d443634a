// Asks /proc/self and the cgroup file system.
#include "os/fields.h"
#include "os/file.h"
#include "os/self.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <system_error>

namespace km::os {
namespace {

bool has_controller(std::string_view list, std::string_view wanted) {
  while (!list.empty()) {
    if (take_until(list, ',') == wanted) return true;
  }
  return false;
}

// The least pids.max from `base`/`path` up to `base`. In a container `path` may be one of the host
// and not exist here.
std::optional<std::int64_t> tightest(const std::filesystem::path& base, std::string_view path) {
  std::optional<std::int64_t> least;
  for (std::filesystem::path folder = std::filesystem::path(path).relative_path();;
       folder = folder.parent_path()) {
    if (const auto text = read_pseudo_file(base / folder / "pids.max", 64)) {
      std::string_view rest = *text;
      const auto limit = to_number(take_line(rest));  // nothing for "max"
      if (limit && *limit > 0) least = std::min(least.value_or(*limit), *limit);
    }
    if (folder.empty()) return least;
  }
}

}  // namespace

std::filesystem::path own_executable() {
  std::error_code error;
  auto path = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return {};
  // Replaced by an update while it runs: the link to the old file can still be started.
  if (path.native().ends_with(" (deleted)")) return "/proc/self/exe";
  return path;
}

bool sees_host_pids(const Root& root) {
  std::error_code error;
  const auto space = std::filesystem::read_symlink(root.under("/proc/self/ns/pid"), error);
  return !error && space == "pid:[4026531836]";  // PROC_PID_INIT_INO, part of the kernel's ABI
}

std::optional<std::int64_t> task_limit(const Root& root) {
  const auto text = read_pseudo_file(root.under("/proc/self/cgroup"));
  if (!text) return std::nullopt;
  std::optional<std::int64_t> least;
  for (std::string_view rest = *text; !rest.empty();) {
    auto path = take_line(rest);
    take_until(path, ':');
    const auto controllers = take_until(path, ':');
    std::optional<std::int64_t> limit;
    if (controllers.empty()) limit = tightest(root.under("/sys/fs/cgroup"), path);
    if (has_controller(controllers, "pids"))
      limit = tightest(root.under("/sys/fs/cgroup/pids"), path);
    if (limit) least = std::min(least.value_or(*limit), *limit);
  }
  return least;
}

}  // namespace km::os
