// Identity and use of a process by libproc, which needs no more than the same user. Not yet run on
// a Mac.
#include "os/process.h"

#include <array>
#include <libproc.h>
#include <vector>

#include <mach/mach_time.h>
#include <sys/proc.h>
#include <sys/proc_info.h>

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

// Task times are in the machine's own units: 1 ns on Intel, 41.67 ns on Apple silicon.
double seconds(std::uint64_t mach_time) {
  mach_timebase_info_data_t base{};
  ::mach_timebase_info(&base);
  return static_cast<double>(mach_time) * base.numer / base.denom / 1e9;
}

std::vector<pid_t> children_of(pid_t pid) {
  std::array<pid_t, 1024> pids{};
  const int count = ::proc_listchildpids(pid, pids.data(), sizeof pids);
  if (count <= 0) return {};
  return {pids.begin(), pids.begin() + std::min<std::size_t>(count, pids.size())};
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
  std::vector<pid_t> descendants;  // none: only the process itself is looked at here
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
    proc_taskinfo task{};
    if (::proc_pidinfo(pid, PROC_PIDTASKINFO, 0, &task, sizeof task) !=
        static_cast<int>(sizeof task)) {
      continue;
    }
    const auto rss_bytes = static_cast<std::int64_t>(task.pti_resident_size);
    if (pid == state_->top->pid) use.root_rss_bytes = rss_bytes;
    use.rss_bytes += rss_bytes;
    use.processes += 1;
    use.threads += task.pti_threadnum;
    use.cpu_seconds += seconds(task.pti_total_user + task.pti_total_system);
    for (const auto child : children_of(pid)) open.push_back(child);
  }
  return use;
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
