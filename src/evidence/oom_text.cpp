// Parses the kernel log's records of OOM kills and faults, over the forms they had since Linux 4.9.
#include "evidence/oom.h"

#include <algorithm>
#include <charconv>

namespace km::evidence {
namespace {

constexpr std::size_t kMaxLineBytes = 1000;

template <class Number>
std::optional<Number> leading_number(std::string_view text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0) return std::nullopt;
  return number;
}

// The value after `key` up to the next comma.
std::string_view field(std::string_view line, std::string_view key) {
  const std::size_t at = line.find(key);
  if (at == std::string_view::npos) return {};
  line.remove_prefix(at + key.size());
  return line.substr(0, line.find(','));
}

std::string bounded(std::string_view line) { return std::string(line.substr(0, kMaxLineBytes)); }

// "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,...,oom_memcg=/a,task_memcg=/a,task=python,pid=4711,uid=0"
std::optional<OomKill> parse_summary(std::string_view line) {
  const std::size_t at = line.find("oom-kill:constraint=");
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view text = line.substr(at);
  OomKill kill;
  kill.constraint = field(text, "oom-kill:constraint=");
  kill.oom_memcg = field(text, ",oom_memcg=");
  kill.task_memcg = field(text, ",task_memcg=");
  // The name may hold commas and anything else; what follows it may not.
  const std::size_t task = text.find(",task=");
  const std::size_t pid = text.rfind(",pid=");
  if (pid == std::string_view::npos) return std::nullopt;
  if (task != std::string_view::npos && task < pid)
    kill.task = text.substr(task + 6, pid - task - 6);
  const auto number = leading_number<pid_t>(text.substr(pid + 5));
  if (!number) return std::nullopt;
  kill.pid = *number;
  kill.report = bounded(line);
  return kill;
}

// "Memory cgroup out of memory: Killed process 4711 (python) total-vm:1kB, anon-rss:2kB, ..."
std::optional<OomKill> parse_killed(std::string_view line) {
  constexpr std::string_view kKilled = "Killed process ";
  constexpr std::string_view kAnon = "anon-rss:";
  const std::size_t at = line.find(kKilled);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view text = line.substr(at + kKilled.size());
  const auto pid = leading_number<pid_t>(text);
  if (!pid) return std::nullopt;
  OomKill kill;
  kill.pid = *pid;
  const std::size_t anon = text.rfind(kAnon);
  const std::size_t open = text.find('(');
  const std::size_t close = text.substr(0, std::min(anon, text.size())).rfind(')');
  if (open != std::string_view::npos && close != std::string_view::npos && open < close) {
    kill.task = text.substr(open + 1, close - open - 1);
  }
  if (anon != std::string_view::npos) {
    const auto kib = leading_number<std::int64_t>(text.substr(anon + kAnon.size()));
    if (kib && *kib < (std::int64_t{1} << 50)) kill.anon_rss_bytes = *kib * 1024;
  }
  // Before Linux 4.19 there is no summary line; its beginning says the same.
  kill.constraint = line.substr(0, at).find("emory cgroup") != std::string_view::npos
                        ? "CONSTRAINT_MEMCG"
                        : "CONSTRAINT_NONE";
  kill.report = bounded(line);
  return kill;
}

}  // namespace

std::vector<OomKill> parse_oom_kills(std::span<const std::string> records) {
  std::vector<OomKill> kills;
  for (const std::string& record : records) {
    if (auto summary = parse_summary(record)) {
      kills.push_back(*std::move(summary));
      continue;
    }
    auto killed = parse_killed(record);
    if (!killed) continue;
    const bool joins =
        !kills.empty() && kills.back().pid == killed->pid && kills.back().anon_rss_bytes < 0;
    if (!joins) {
      kills.push_back(*std::move(killed));
      continue;
    }
    kills.back().anon_rss_bytes = killed->anon_rss_bytes;
    kills.back().report = std::move(killed->report);
  }
  return kills;
}

std::optional<FaultRecord> parse_fault(std::string_view record) {
  // "name[pid]: segfault at" or "traps: name[pid] trap invalid opcode ip:", "traps: name[pid]
  // general protection"
  const std::size_t segfault = record.find("]: segfault at ");
  const std::size_t traps = record.find("traps: ");
  std::size_t close = segfault;
  if (segfault == std::string_view::npos) {
    if (traps == std::string_view::npos) return std::nullopt;
    for (const std::string_view what : {"] trap ", "] general protection"}) {
      close = record.find(what, traps);
      if (close != std::string_view::npos) break;
    }
  }
  if (close == std::string_view::npos) return std::nullopt;
  const std::size_t open = record.rfind('[', close);
  if (open == std::string_view::npos) return std::nullopt;
  const auto pid = leading_number<pid_t>(record.substr(open + 1, close - open - 1));
  if (!pid) return std::nullopt;
  FaultRecord fault;
  fault.pid = *pid;
  fault.line = bounded(record);
  std::string_view rest = record.substr(close);
  if (const std::size_t in = rest.rfind(" in "); in != std::string_view::npos) {
    rest.remove_prefix(in + 4);
    const std::size_t end = rest.find('[');
    if (end != std::string_view::npos) fault.image = rest.substr(0, end);
  }
  return fault;
}

}  // namespace km::evidence
