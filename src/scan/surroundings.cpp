// What lies around the environment: the working folder, shared memory, limits.
#include "evidence/python_text.h"
#include "os/cgroup.h"
#include "os/host.h"
#include "os/process.h"
#include "os/self.h"
#include "scan/judges.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <system_error>
#include <unistd.h>

namespace km::scan {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostEntries = 10'000;  // of one folder

template <class Use>
void each_name(const fs::path& folder, Use use) {
  std::error_code error;
  std::size_t count = 0;
  fs::directory_iterator entry(folder, error);
  for (; !error && entry != fs::directory_iterator() && ++count < kMostEntries;
       entry.increment(error))
    use(entry->path());
}

// Segments whose maker is gone: multiprocessing's psm_ and PyTorch's torch_<pid>_.
std::vector<std::string> stale_segments(const fs::path& folder) {
  std::vector<fs::path> candidates;
  each_name(folder, [&](const fs::path& path) {
    const std::string name = path.filename().string();
    for (const char* beginning : {"psm_", "torch_", "wnsm_", "mp-", "sem.mp-", "sem.loky-"}) {
      if (name.starts_with(beginning)) {
        candidates.push_back(path);
        break;
      }
    }
  });
  if (candidates.empty()) return {};
  // Mapped or opened by anybody whom we may ask.
  const auto in_use = os::files_in_use(folder.string());
  std::vector<std::string> stale;
  for (const fs::path& path : candidates) {
    if (std::find(in_use.begin(), in_use.end(), path.string()) != in_use.end()) continue;
    std::error_code error;
    const auto size = fs::file_size(path, error);
    stale.push_back(fmt::format("{} ({} bytes)", path.string(), error ? 0 : size));
  }
  std::sort(stale.begin(), stale.end());
  return stale;
}

}  // namespace

void judge_folder(const Inventory& inventory, const Surroundings& around, casefile::CaseFile& out) {
  if (around.working_folder.empty()) return;
  std::vector<std::string> fatal;
  std::vector<std::string> shadowing;
  each_name(around.working_folder, [&](const fs::path& path) {
    std::error_code ignored;
    const std::string name = path.stem().string();
    const bool module = path.extension() == ".py" || (fs::is_directory(path, ignored) &&
                                                      fs::exists(path / "__init__.py", ignored));
    if (!module || name == "__init__") return;
    // The package's own source tree is no shadow of itself.
    const bool installed =
        std::any_of(inventory.trees.begin(), inventory.trees.end(), [&](const Tree& tree) {
          return tree.files.contains(name + "/__init__.py") || tree.files.contains(name + ".py");
        });
    if (evidence::is_standard_module(name)) {
      (evidence::is_needed_at_kernel_start(name) ? fatal : shadowing).push_back(path.string());
    } else if (installed && path.extension() == ".py") {
      shadowing.push_back(path.string());
    }
  });
  std::sort(fatal.begin(), fatal.end());
  std::sort(shadowing.begin(), shadowing.end());
  const std::string source = around.working_folder.string();
  tell_all(out, "scan.shadowing_start", std::move(fatal), source);
  tell_all(out, "scan.shadowing", std::move(shadowing), source);
}

void judge_machine(const Surroundings& around, casefile::CaseFile& out) {
  if (around.foreign) return;
  if (const auto shm = os::space_of("/dev/shm")) {
    out.add("shm.total_bytes", shm->total_bytes, "statvfs /dev/shm");
    out.add("shm.free_bytes", shm->free_bytes, "statvfs /dev/shm");
    tell_all(out, "scan.stale_segments", stale_segments("/dev/shm"), "/dev/shm");
  }
  if (const auto memory = os::host_memory()) {
    out.add("memory.host_total_bytes", memory->total_bytes, "the system's memory");
    out.add("memory.available_bytes", memory->available_bytes, "the system's memory");
  }
  const pid_t self = ::getpid();
  const auto group = os::Cgroup::of(self);
  if (const auto use = group ? group->use() : std::nullopt) {
    if (use->limit_bytes > 0) {
      out.add("memory.limit_bytes", use->limit_bytes, "memory control group");
      out.add("memory.limit_source", std::string("control group"), "memory control group");
    } else {
      out.none("memory.limit_bytes", "memory control group");
    }
  }
  for (const os::Limit& limit : os::limits_of(self)) {
    if (limit.name == "RLIMIT_NPROC") out.add("limit.processes", limit.soft, "getrlimit");
    if (limit.name == "RLIMIT_NOFILE") out.add("limit.open_files", limit.soft, "getrlimit");
    if (limit.name == "RLIMIT_AS") out.add("limit.address_space_bytes", limit.soft, "getrlimit");
    if (limit.name == "RLIMIT_DATA") out.add("limit.data_bytes", limit.soft, "getrlimit");
    if (limit.name == "RLIMIT_STACK") out.add("limit.stack_bytes", limit.soft, "getrlimit");
  }
  if (const auto tasks = os::task_limit()) out.add("threads.limit", *tasks, "pids cgroup");
}

}  // namespace km::scan
