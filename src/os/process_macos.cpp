// Identity and use of a process by libproc, which needs no more than the same user. Not yet run on
// a Mac.
#include "os/host.h"
#include "os/macos.h"
#include "os/process.h"

#include <algorithm>
#include <array>
#include <libproc.h>
#include <vector>

#include <mach/mach_time.h>
#include <sys/proc.h>
#include <sys/proc_info.h>
#include <sys/resource.h>
#include <sys/sysctl.h>

namespace km::os {
namespace {

std::optional<proc_bsdinfo> information_of(pid_t pid) {
  proc_bsdinfo info{};
  const int size = ::proc_pidinfo(pid, PROC_PIDTBSDINFO, 0, &info, sizeof info);
  if (size != static_cast<int>(sizeof info)) return std::nullopt;
  return info;
}

std::uint64_t start_of(const proc_bsdinfo& info) {
  return info.pbi_start_tvsec * 1'000'000U + info.pbi_start_tvusec;
}

double unit_ns() {
  mach_timebase_info_data_t base{};
  ::mach_timebase_info(&base);
  return static_cast<double>(base.numer) / base.denom;
}

// Nothing where it is gone, or another user's.
std::optional<macos::ProcessUse> use_of(pid_t pid) {
  proc_taskinfo task{};
  const int size = ::proc_pidinfo(pid, PROC_PIDTASKINFO, 0, &task, sizeof task);
  if (size != static_cast<int>(sizeof task)) return std::nullopt;
  macos::ProcessUse use;
  use.resident_bytes = task.pti_resident_size;
  use.threads = task.pti_threadnum;
  use.time_units = task.pti_total_user + task.pti_total_system;
  rusage_info_v4 usage{};
  // The header's own type for "any version of it".
  auto* const any = reinterpret_cast<rusage_info_t*>(&usage);
  if (::proc_pid_rusage(pid, RUSAGE_INFO_V4, any) == 0)
    use.footprint_bytes = usage.ri_phys_footprint;
  return use;
}

std::vector<pid_t> children_of(pid_t pid) {
  std::array<pid_t, 1024> pids{};
  const int count = ::proc_listchildpids(pid, pids.data(), sizeof pids);
  if (count <= 0) return {};
  const auto kept = std::min(static_cast<std::size_t>(count), pids.size());
  return {pids.begin(), pids.begin() + static_cast<std::ptrdiff_t>(kept)};
}

}  // namespace

std::optional<ProcessStat> parse_stat(std::string_view /*text*/) { return std::nullopt; }

std::optional<ProcessId> identify(pid_t pid, const Root& /*root*/) {
  const auto info = information_of(pid);
  if (!info) return std::nullopt;
  return ProcessId{pid, start_of(*info)};
}

bool is_alive(const ProcessId& id, const Root& /*root*/) {
  const auto info = information_of(id.pid);
  return info && start_of(*info) == id.start_ticks && info->pbi_status != SZOMB;
}

struct TreeReader::State {
  std::optional<ProcessId> top;
  std::vector<pid_t> descendants;  // never filled: no log there names a child by its pid
  double unit_ns = os::unit_ns();
};

TreeReader::TreeReader(pid_t root_pid, Root /*root*/) : state_(std::make_unique<State>()) {
  state_->top = identify(root_pid);
}
TreeReader::~TreeReader() = default;
TreeReader::TreeReader(TreeReader&&) noexcept = default;
TreeReader& TreeReader::operator=(TreeReader&&) noexcept = default;

const std::vector<pid_t>& TreeReader::descendants() const { return state_->descendants; }

std::optional<TreeUse> TreeReader::read() {
  if (!state_->top || !is_alive(*state_->top)) return std::nullopt;
  TreeUse use;
  use.fds = -1;
  constexpr std::int32_t kMostProcesses = 10'000;
  for (std::vector<pid_t> open{state_->top->pid};
       !open.empty() && use.processes < kMostProcesses;) {
    const auto pid = open.back();
    open.pop_back();
    const auto process = use_of(pid);
    if (!process) continue;
    macos::add_use(*process, pid == state_->top->pid, state_->unit_ns, use);
    for (const auto child : children_of(pid)) open.push_back(child);
  }
  return use;
}

std::string architecture_of(pid_t pid) {
  constexpr int kTranslated = 0x20000;  // P_TRANSLATED, <sys/proc.h>
  std::array<int, 4> name{CTL_KERN, KERN_PROC, KERN_PROC_PID, pid};
  kinfo_proc info{};
  std::size_t size = sizeof info;
  if (::sysctl(name.data(), name.size(), &info, &size, nullptr, 0) != 0 || size == 0) return {};
  return (info.kp_proc.p_flag & kTranslated) != 0 ? "x86_64" : host_identity().hardware;
}

// Limits of another process cannot be read on macOS.
std::vector<Limit> limits_of(pid_t /*pid*/, const Root& /*root*/) { return {}; }

// The mappings of another process cannot be read without its task port.
std::optional<std::int64_t> stack_bytes(pid_t /*pid*/, const Root& /*root*/) {
  return std::nullopt;
}

// Shared memory has no names in a folder there.
std::vector<std::string> files_in_use(std::string_view /*folder*/, const Root& /*root*/) {
  return {};
}

std::optional<int> oom_score(pid_t /*pid*/, const Root& /*root*/) { return std::nullopt; }
std::optional<int> oom_score_adj(pid_t /*pid*/, const Root& /*root*/) { return std::nullopt; }

}  // namespace km::os
