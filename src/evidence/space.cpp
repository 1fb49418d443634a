// Room that was left outside of memory: disk, temporary folder, shared memory, tasks.
#include "evidence/collectors.h"
#include "os/host.h"
#include "os/self.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace km::evidence {
namespace {

std::string temporary_folder() {
  std::error_code error;
  const auto folder = std::filesystem::temp_directory_path(error);
  return error ? std::string("/tmp") : folder.string();
}

void add_task_limit(const Scene& scene, casefile::CaseFile& out) {
  const auto by_cgroup = os::task_limit();
  const auto by_user =
      std::find_if(scene.limits.begin(), scene.limits.end(),
                   [](const auto& limit) { return limit.first == "RLIMIT_NPROC"; });
  const bool user_limited = by_user != scene.limits.end();
  if (by_cgroup && (!user_limited || *by_cgroup <= by_user->second)) {
    out.add("threads.limit", *by_cgroup, "pids.max of the cgroup");
  } else if (user_limited) {
    out.add("threads.limit", by_user->second, "RLIMIT_NPROC");
  } else if (!scene.limits.empty()) {
    out.none("threads.limit", "pids.max of the cgroup and RLIMIT_NPROC");
  }
}

}  // namespace

void collect_space(const Scene& scene, casefile::CaseFile& out) {
  const std::string& folder = scene.working_folder;
  if (const auto space = folder.empty() ? std::nullopt : os::space_of(folder)) {
    out.add("disk.free_bytes", space->free_bytes, "statvfs of the working folder");
    if (space->free_inodes >= 0)
      out.add("disk.free_inodes", space->free_inodes, "statvfs of the working folder");
  } else if (!folder.empty()) {
    out.gap("the free space of the working folder", "it cannot be looked at any more");
  }
  const std::string temporary = temporary_folder();
  if (const auto space = os::space_of(temporary)) {
    out.add("disk.tmp_free_bytes", space->free_bytes, "statvfs of " + temporary);
  }
  if (const auto space = os::space_of("/dev/shm")) {
    out.add("shm.total_bytes", space->total_bytes, "statvfs of /dev/shm");
    if (scene.shm_free_bytes) {
      out.add("shm.free_bytes", *scene.shm_free_bytes,
              "statvfs of /dev/shm, while it wrote its last words");
    } else {
      out.add("shm.free_bytes", space->free_bytes, "statvfs of /dev/shm");
    }
  }
  add_task_limit(scene, out);
}

}  // namespace km::evidence
