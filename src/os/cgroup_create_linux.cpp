// The rules by which v1 and v2 let somebody make a cgroup are different; both end in one folder
// with a limit.
#include "os/cgroup_create.h"
#include "os/fields.h"
#include "os/file.h"
#include "os/handle.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <string>
#include <thread>
#include <unistd.h>

#include <sys/stat.h>

namespace km::os {
namespace {

Result<> write_control(const std::filesystem::path& file, std::string_view value) {
  const auto context = "cannot write " + file.string();
  const Fd fd(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd) return fail_errno(context);
  if (::write(fd.get(), value.data(), value.size()) < 0) return fail_errno(context);
  return {};
}

bool is_there(const std::filesystem::path& file) {
  std::error_code ignored;
  return std::filesystem::exists(file, ignored);
}

// A supervisor that was killed could not remove its own. rmdir refuses what still has processes.
void remove_stale(const std::filesystem::path& parent, std::string_view prefix) {
  std::error_code error;
  for (std::filesystem::directory_iterator entry(parent, error), end; !error && entry != end;
       entry.increment(error)) {
    const auto name = entry->path().filename().string();
    if (!name.starts_with(prefix)) continue;
    std::string_view rest = std::string_view(name).substr(prefix.size());
    const auto pid = to_number<pid_t>(take_until(rest, '-'));
    if (pid && *pid > 0 && ::kill(*pid, 0) != 0 && errno == ESRCH) ::rmdir(entry->path().c_str());
  }
}

Result<CgroupLocation> make_folder(const CgroupLocation& parent, std::string_view name) {
  remove_stale(parent.folder, std::string(name) + ".");
  const auto base = std::string(name) + "." + std::to_string(::getpid());
  constexpr int kMostAtOnce = 100;
  for (int i = 0; i < kMostAtOnce; ++i) {
    auto made = parent;
    const auto leaf = i == 0 ? base : base + "-" + std::to_string(i);
    made.folder /= leaf;
    made.path += made.path.ends_with('/') ? leaf : "/" + leaf;
    if (::mkdir(made.folder.c_str(), 0755) == 0) return made;
    if (errno != EEXIST) return fail_errno("cannot make " + made.folder.string());
  }
  return fail("cannot make " + (parent.folder / base).string() + ": too many of this name");
}

Result<> limit_v1(const std::filesystem::path& folder, std::int64_t bytes) {
  KM_TRY(write_control(folder / "memory.limit_in_bytes", std::to_string(bytes)));
  const auto with_swap = folder / "memory.memsw.limit_in_bytes";
  if (is_there(with_swap)) {
    // Memory and swap together. A little more than the limit: where both are equal, this counter
    // refuses first, and Linux 6.18 then leaves memory.failcnt at 0, which is evidence that we
    // need.
    constexpr std::int64_t kMore = std::int64_t{1} << 20U;
    return write_control(with_swap, std::to_string(bytes + kMore));
  }
  // What the limit pushes out goes to swap without end. Only a wish: without it the limit still
  // holds.
  static_cast<void>(write_control(folder / "memory.swappiness", "0"));
  return {};
}

Result<> limit_v2(const std::filesystem::path& folder, std::int64_t bytes) {
  KM_TRY(write_control(folder / "memory.max", std::to_string(bytes)));
  const auto swap = folder / "memory.swap.max";
  return is_there(swap) ? write_control(swap, "0") : Result<>();
}

Result<CgroupLocation> make_limited(const CgroupLocation& parent, std::string_view name,
                                    std::int64_t limit_bytes) {
  KM_ASSIGN(auto made, make_folder(parent, name));
  auto limited =
      made.version == 1 ? limit_v1(made.folder, limit_bytes) : limit_v2(made.folder, limit_bytes);
  if (limited) return made;
  ::rmdir(made.folder.c_str());
  return tl::make_unexpected(std::move(limited).error());
}

bool is_alone_in(const std::filesystem::path& folder) {
  const auto text = read_pseudo_file(folder / "cgroup.procs");
  if (!text) return false;
  std::string_view rest = *text;
  const auto first = take_field(rest);
  return first == std::to_string(::getpid()) && take_field(rest).empty();
}

// A v2 cgroup with processes cannot hand controllers down (the "no internal processes" rule). Where
// we are its only process, as in a scope that systemd made for us, we step into a cgroup below it.
// We stay there: stepping back would take the controller from cgroups made since, and who made the
// scope removes it with what is below.
Result<> step_down(const std::filesystem::path& folder) {
  const auto below = folder / "kernelmedic-supervisor";
  if (::mkdir(below.c_str(), 0755) != 0 && errno != EEXIST) {
    return fail_errno("cannot make " + below.string());
  }
  auto moved = write_control(below / "cgroup.procs", "0");
  if (!moved) ::rmdir(below.c_str());
  return moved;
}

Result<> hand_memory_down(const std::filesystem::path& folder) {
  const auto control = folder / "cgroup.subtree_control";
  if (file_lists(control, "memory")) return {};
  if (!file_lists(folder / "cgroup.controllers", "memory")) {
    return fail("the memory controller is not available in " + folder.string());
  }
  auto enabled = write_control(control, "+memory");
  if (enabled || enabled.error().code != std::errc::device_or_resource_busy ||
      !is_alone_in(folder)) {
    return enabled;
  }
  KM_TRY(step_down(folder));
  return write_control(control, "+memory");
}

// A sibling must not escape a limit that somebody set for us.
bool is_unlimited(const std::filesystem::path& folder) {
  return file_lists(folder / "memory.max", "max");
}

Result<CgroupLocation> make_v2(const CgroupLocation& own, std::string_view name,
                               std::int64_t limit_bytes) {
  auto ready = hand_memory_down(own.folder);
  if (ready) return make_limited(own, name, limit_bytes);
  const auto parent = own.parent();
  if (parent && is_unlimited(own.folder) &&
      // To move a process one must be allowed to write this file of the common ancestor.
      ::access((parent->folder / "cgroup.procs").c_str(), W_OK) == 0 &&
      file_lists(parent->folder / "cgroup.subtree_control", "memory")) {
    return make_limited(*parent, name, limit_bytes);
  }
  return tl::make_unexpected(std::move(ready).error());
}

std::string remedy(const Error& error, int version, const Root& root) {
  if (error.code == std::errc::read_only_file_system) {
    return "cgroups are read-only in this container: give the limit to the container itself "
           "(docker run --memory 2g)";
  }
  if (version == 2 && is_there(root.under("/run/systemd/system"))) {
    return ::geteuid() == 0
               ? "start it as: systemd-run --scope -p Delegate=yes kernelmedic ..."
               : "start it as: systemd-run --user --scope -p Delegate=yes kernelmedic ...";
  }
  return "run kernelmedic as root, or let the container or batch system set the limit";
}

}  // namespace

Result<CgroupLocation> make_memory_cgroup(const CgroupLocation& own, std::string_view name,
                                          std::int64_t limit_bytes, const Root& root) {
  // Far above any machine, and no overflow on the way.
  constexpr std::int64_t kMost = std::int64_t{1} << 60U;
  limit_bytes = std::min(limit_bytes, kMost);
  if (limit_bytes <= 0) return fail("a memory limit must be more than 0 bytes");
  auto made =
      own.version == 1 ? make_limited(own, name, limit_bytes) : make_v2(own, name, limit_bytes);
  if (made) return made;
  auto error = std::move(made).error();
  error.what += "; " + remedy(error, own.version, root);
  return tl::make_unexpected(std::move(error));
}

void remove_memory_cgroup(const std::filesystem::path& folder) {
  using namespace std::chrono_literals;
  // A process that was reaped a moment ago may still count for a few milliseconds.
  for (int attempt = 0; attempt < 20; ++attempt) {
    if (::rmdir(folder.c_str()) == 0 || errno != EBUSY) return;
    std::this_thread::sleep_for(10ms);
  }
}

}  // namespace km::os
