// Where the memory cgroup of a process lies in the file system; between cgroup_linux.cpp and its
// helpers.
#pragma once

#include "os/root.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace km::os {

struct CgroupLocation {
  int version = 0;               // 1 or 2
  std::string path;              // as /proc/<pid>/cgroup tells it
  std::filesystem::path mount;   // where its hierarchy is mounted
  std::filesystem::path folder;  // mount or below it

  // One level up; nothing at the mount, above which nothing can be seen.
  std::optional<CgroupLocation> parent() const;
};

// Nothing where no memory controller is mounted, or the process cannot be seen.
std::optional<CgroupLocation> locate_memory_cgroup(pid_t pid, const Root& root);

// Whether one of the blank-separated words of that file ("cgroup.controllers") is `word`.
bool file_lists(const std::filesystem::path& file, std::string_view word);

}  // namespace km::os
