// Joins /proc/<pid>/cgroup (which cgroup) with /proc/self/mountinfo (where that is), for v1, v2 and
// both at once.
#include "os/cgroup_location.h"
#include "os/fields.h"
#include "os/file.h"

#include <utility>
#include <vector>

namespace km::os {
namespace {

struct Mount {
  std::string root;  // which cgroup of the hierarchy is mounted there; in a container not "/"
  std::string point;
  int version = 0;
};

bool lists(std::string_view words, std::string_view word, char separator) {
  while (!words.empty()) {
    if (take_until(words, separator) == word) return true;
  }
  return false;
}

// Blanks in mount points are written as \040 (proc(5)).
std::string unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    int code = 0;
    const auto digits = text.substr(i + 1, text[i] == '\\' ? 3 : 0);
    const auto* const end = digits.data() + digits.size();
    if (digits.size() == 3 && std::from_chars(digits.data(), end, code, 8).ptr == end &&
        code < 256) {
      plain += static_cast<char>(code);
      i += 3;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

// "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory"
std::vector<Mount> memory_mounts(std::string_view mountinfo) {
  std::vector<Mount> mounts;
  while (!mountinfo.empty()) {
    auto line = take_line(mountinfo);
    for (int skipped = 0; skipped < 3; ++skipped) take_field(line);
    Mount mount{unescaped(take_field(line)), unescaped(take_field(line)), 0};
    const auto dash = line.find(" - ");
    if (dash == std::string_view::npos) continue;
    line.remove_prefix(dash + 3);
    const auto type = take_field(line);
    take_field(line);
    const auto options = take_field(line);
    if (type == "cgroup" && lists(options, "memory", ',')) mount.version = 1;
    if (type == "cgroup2") mount.version = 2;
    if (mount.version != 0) mounts.push_back(std::move(mount));
  }
  return mounts;
}

// The paths of a process in the v1 hierarchy that has memory, and in v2.
struct Paths {
  std::optional<std::string> v1;
  std::optional<std::string> v2;
};

// "4:memory:/user/ada" and "0::/user.slice"
Paths paths_in(std::string_view text) {
  Paths paths;
  while (!text.empty()) {
    auto line = take_line(text);
    const auto hierarchy = take_until(line, ':');
    const auto controllers = take_until(line, ':');
    if (hierarchy == "0" && controllers.empty()) paths.v2 = line;
    if (lists(controllers, "memory", ',')) paths.v1 = line;
  }
  return paths;
}

// The folder of `path` under a mount that shows the hierarchy from `root` on.
std::optional<std::filesystem::path> folder_below(const std::filesystem::path& point,
                                                  std::string_view root, std::string_view path) {
  if (root == "/") root = {};
  if (!path.starts_with(root)) return std::nullopt;
  path.remove_prefix(root.size());
  if (!path.empty() && path.front() != '/') return std::nullopt;  // "/ab" is not below "/a"
  // A process outside of our cgroup namespace is told as "/../other".
  if (path.find("/..") != std::string_view::npos) return std::nullopt;
  return point / std::filesystem::path(path).relative_path();
}

bool lists_process(const std::filesystem::path& folder, pid_t pid) {
  return file_lists(folder / "cgroup.procs", std::to_string(pid));
}

std::optional<CgroupLocation> place(const std::vector<Mount>& mounts, int version,
                                    const std::optional<std::string>& path, pid_t pid,
                                    const Root& root) {
  if (!path) return std::nullopt;
  for (const auto& mount : mounts) {
    if (mount.version != version) continue;
    const auto point = root.under(mount.point);
    std::error_code ignored;
    const auto folder = folder_below(point, mount.root, *path);
    if (folder && std::filesystem::is_directory(*folder, ignored)) {
      return CgroupLocation{version, *path, point, (*folder / "").parent_path()};
    }
    // Bind-mounted from elsewhere, as container engines do: true if the process is listed there.
    if (!folder && lists_process(point, pid)) return CgroupLocation{version, *path, point, point};
  }
  return std::nullopt;
}

}  // namespace

std::optional<CgroupLocation> CgroupLocation::parent() const {
  if (folder == mount) return std::nullopt;
  auto up = *this;
  up.folder = folder.parent_path();
  up.path = std::filesystem::path(path).parent_path().string();
  return up;
}

bool file_lists(const std::filesystem::path& file, std::string_view word) {
  const auto text = read_pseudo_file(file);
  if (!text) return false;
  for (std::string_view rest = *text; !rest.empty();) {
    if (take_field(rest) == word) return true;
  }
  return false;
}

std::optional<CgroupLocation> locate_memory_cgroup(pid_t pid, const Root& root) {
  const auto cgroup = read_pseudo_file(root.under("/proc/" + std::to_string(pid) + "/cgroup"));
  const auto mountinfo = read_pseudo_file(root.under("/proc/self/mountinfo"));
  if (!cgroup || !mountinfo) return std::nullopt;
  const auto paths = paths_in(*cgroup);
  const auto mounts = memory_mounts(*mountinfo);
  // A controller is in one hierarchy only: where v1 has memory, the v2 mount beside it (systemd's
  // hybrid) has none.
  if (auto found = place(mounts, 1, paths.v1, pid, root)) return found;
  auto found = place(mounts, 2, paths.v2, pid, root);
  if (!found || !file_lists(found->mount / "cgroup.controllers", "memory")) return std::nullopt;
  return found;
}

}  // namespace km::os
