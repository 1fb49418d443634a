// Identity, limits and OOM badness of a process, from /proc.
#include "os/fields.h"
#include "os/file.h"
#include "os/process.h"

#include <array>
#include <set>
#include <string>
#include <utility>

namespace km::os {
namespace {

// A process of TensorFlow has 1,500 mappings of 100 bytes.
constexpr std::size_t kMapsBytes = std::size_t{4} << 20;

std::filesystem::path file_of(const Root& root, pid_t pid, std::string_view name) {
  return root.under("/proc/" + std::to_string(pid)) / name;
}

std::optional<ProcessStat> stat_of(pid_t pid, const Root& root) {
  const auto text = read_pseudo_file(file_of(root, pid, "stat"));
  if (!text) return std::nullopt;
  return parse_stat(*text);
}

std::optional<int> number_in(const std::filesystem::path& file) {
  const auto text = read_pseudo_file(file);
  if (!text) return std::nullopt;
  std::string_view rest = *text;
  return to_number<int>(take_field(rest));
}

// As /proc/<pid>/limits calls them (kernel: fs/proc/base.c, lnames).
constexpr auto kLimits = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"Max cpu time", "RLIMIT_CPU"},
    {"Max file size", "RLIMIT_FSIZE"},
    {"Max data size", "RLIMIT_DATA"},
    {"Max stack size", "RLIMIT_STACK"},
    {"Max core file size", "RLIMIT_CORE"},
    {"Max resident set", "RLIMIT_RSS"},
    {"Max processes", "RLIMIT_NPROC"},
    {"Max open files", "RLIMIT_NOFILE"},
    {"Max locked memory", "RLIMIT_MEMLOCK"},
    {"Max address space", "RLIMIT_AS"},
});

}  // namespace

std::optional<ProcessStat> parse_stat(std::string_view text) {
  // The name may hold parentheses, blanks and newlines: it ends at the last ')', since only numbers
  // follow.
  const auto open = text.find('(');
  const auto close = text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) {
    return std::nullopt;
  }
  ProcessStat stat;
  stat.name = text.substr(open + 1, close - open - 1);
  auto rest = text.substr(close + 1);
  const auto state = take_field(rest);
  if (state.size() != 1) return std::nullopt;
  stat.state = state.front();

  // Field numbers as in proc(5); the state is field 3.
  for (int field = 4; field <= 24; ++field) {
    const auto word = take_field(rest);
    const auto into = [&word](auto& number) {
      const auto value = to_number<std::remove_reference_t<decltype(number)>>(word);
      if (value) number = *value;
      return value.has_value();
    };
    bool known = true;
    if (field == 4) known = into(stat.parent);
    if (field == 14) known = into(stat.user_ticks);
    if (field == 15) known = into(stat.system_ticks);
    if (field == 20) known = into(stat.threads);
    if (field == 22) known = into(stat.start_ticks);
    if (field == 24) known = into(stat.rss_pages);
    if (!known) return std::nullopt;
  }
  return stat;
}

std::optional<ProcessId> identify(pid_t pid, const Root& root) {
  const auto stat = stat_of(pid, root);
  if (!stat) return std::nullopt;
  return ProcessId{pid, stat->start_ticks};
}

bool is_alive(const ProcessId& id, const Root& root) {
  const auto stat = stat_of(id.pid, root);
  return stat && stat->start_ticks == id.start_ticks && stat->state != 'Z' && stat->state != 'X';
}

std::vector<Limit> limits_of(pid_t pid, const Root& root) {
  const auto text = read_pseudo_file(file_of(root, pid, "limits"));
  if (!text) return {};
  std::vector<Limit> limits;
  for (std::string_view rest = *text; !rest.empty();) {
    auto line = take_line(rest);
    for (const auto& [label, name] : kLimits) {
      if (!line.starts_with(label)) continue;
      line.remove_prefix(label.size());
      // "unlimited" is no number and so is left out.
      if (const auto soft = to_number(take_field(line)))
        limits.push_back({std::string(name), *soft});
      break;
    }
  }
  return limits;
}

std::optional<std::int64_t> stack_bytes(pid_t pid, const Root& root) {
  const auto text = read_pseudo_file(file_of(root, pid, "status"));
  if (!text) return std::nullopt;
  constexpr std::string_view kLabel = "VmStk:";
  for (std::string_view rest = *text; !rest.empty();) {
    auto line = take_line(rest);
    if (!line.starts_with(kLabel)) continue;
    line.remove_prefix(kLabel.size());
    const auto kib = to_number(take_field(line));
    if (!kib || *kib < 0 || *kib > (std::int64_t{1} << 50)) return std::nullopt;
    return *kib * 1024;
  }
  return std::nullopt;
}

std::vector<std::string> files_in_use(std::string_view folder, const Root& root) {
  namespace fs = std::filesystem;
  std::set<std::string> files;
  const auto take = [&](std::string_view path) {
    if (path.starts_with(folder) && path.substr(folder.size()).starts_with('/'))
      files.emplace(path);
  };
  std::error_code error;
  for (fs::directory_iterator process(root.under("/proc"), error);
       !error && process != fs::directory_iterator(); process.increment(error)) {
    const std::string name = process->path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    if (const auto maps = read_pseudo_file(process->path() / "maps", kMapsBytes)) {
      for (std::string_view rest = *maps; !rest.empty();) {
        const std::string_view line = take_line(rest);
        if (const auto path = line.find('/'); path != std::string_view::npos)
          take(line.substr(path));
      }
    }
    std::error_code closed;
    for (fs::directory_iterator fd(process->path() / "fd", closed);
         !closed && fd != fs::directory_iterator(); fd.increment(closed)) {
      std::error_code gone;
      take(fs::read_symlink(fd->path(), gone).string());
    }
  }
  return {files.begin(), files.end()};
}

// Linux does not tell it; a translator shows in the process's own view (surroundings.h).
std::string architecture_of(pid_t /*pid*/) { return {}; }

std::optional<int> oom_score(pid_t pid, const Root& root) {
  return number_in(file_of(root, pid, "oom_score"));
}

std::optional<int> oom_score_adj(pid_t pid, const Root& root) {
  return number_in(file_of(root, pid, "oom_score_adj"));
}

}  // namespace km::os
