// Parses the kernel log's records of OOM kills and faults, over the forms they had since Linux 4.9.
#include "evidence/oom.h"

#include <algorithm>
#include <charconv>
#include <utility>

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

// The number after `key`, where it stands in the line.
template <class Number>
std::optional<Number> number_after(std::string_view line, std::string_view key) {
  const std::size_t at = line.find(key);
  if (at == std::string_view::npos) return std::nullopt;
  return leading_number<Number>(line.substr(at + key.size()));
}

std::optional<std::int64_t> kib_after(std::string_view line, std::string_view key) {
  const auto kib = number_after<std::int64_t>(line, key);
  if (!kib || *kib >= std::int64_t{1} << 50) return std::nullopt;
  return *kib * 1024;
}

std::optional<int> score_adj_in(std::string_view line) {
  for (const std::string_view key : {"oom_score_adj=", "oom_score_adj:"}) {
    const std::size_t at = line.rfind(key);
    if (at == std::string_view::npos) continue;
    std::string_view number = line.substr(at + key.size());
    const bool negative = number.starts_with('-');
    if (negative) number.remove_prefix(1);
    if (const auto size = leading_number<int>(number)) return negative ? -*size : *size;
  }
  return std::nullopt;
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

// "Memory cgroup out of memory: Killed process 4711 (python) total-vm:1kB, anon-rss:2kB, ...", or
// with "Kill" instead: what was going to be done (before Linux 4.20).
std::optional<OomKill> parse_killed(std::string_view line, std::string_view verb) {
  constexpr std::string_view kAnon = "anon-rss:";
  const std::size_t at = line.find(verb);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view text = line.substr(at + verb.size());
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
    kill.anon_rss_bytes = kib_after(text.substr(anon), kAnon).value_or(-1);
    kill.score_adj = score_adj_in(text.substr(anon));
  }
  // Before Linux 4.19 there is no summary line; its beginning says the same, or nothing at all.
  const std::string_view head = line.substr(0, at);
  if (head.find("emory cgroup") != std::string_view::npos) {
    kill.constraint = "CONSTRAINT_MEMCG";
  } else if (head.find("ut of memory") != std::string_view::npos) {
    kill.constraint = "CONSTRAINT_NONE";
  }
  kill.report = bounded(line);
  return kill;
}

// "Task in /docker/a killed as a result of limit of /docker"
bool read_task_in(std::string_view line, OomKill& context) {
  constexpr std::string_view kIn = "Task in ";
  constexpr std::string_view kLimit = " killed as a result of limit of ";
  const std::size_t in = line.find(kIn);
  const std::size_t limit = line.find(kLimit);
  if (in == std::string_view::npos || limit == std::string_view::npos || limit < in) return false;
  context.constraint = "CONSTRAINT_MEMCG";
  context.task_memcg = line.substr(in + kIn.size(), limit - in - kIn.size());
  context.oom_memcg = line.substr(limit + kLimit.size());
  return true;
}

// What belongs to the next kill.
void read_context(std::string_view line, OomKill& context) {
  if (read_task_in(line, context)) return;
  // "memory: usage 2097152kB, limit 2097152kB, failcnt 1234", not "memory+swap:" or "kmem:".
  const std::size_t usage = line.find("memory: usage ");
  if (usage != std::string_view::npos) {
    context.limit_bytes = kib_after(line.substr(usage), "limit ").value_or(-1);
  } else if (line.find("emory cgroup stats for ") != std::string_view::npos) {
    context.constraint = "CONSTRAINT_MEMCG";
  }
}

// What the kill does not say itself.
void complete(OomKill& kill, const OomKill& context) {
  if (kill.constraint.empty()) kill.constraint = context.constraint;
  if (kill.oom_memcg.empty()) kill.oom_memcg = context.oom_memcg;
  if (kill.task_memcg.empty()) kill.task_memcg = context.task_memcg;
  if (kill.limit_bytes < 0) kill.limit_bytes = context.limit_bytes;
}

}  // namespace

std::vector<OomKill> parse_oom_kills(std::span<const std::string> records) {
  std::vector<OomKill> kills;
  OomKill context;        // of the next kill
  bool intended = false;  // the last one was only going to be done: "Kill process ..."
  for (std::size_t at = 0; at < records.size(); ++at) {
    const std::string& record = records[at];
    auto kill = parse_summary(record);
    const bool intends = !kill && record.find("Kill process ") != std::string::npos;
    if (!kill) kill = parse_killed(record, intends ? "Kill process " : "Killed process ");
    if (!kill) {
      read_context(record, context);
      continue;
    }
    kill->record = at;
    complete(*kill, context);
    context = {};
    const bool same =
        !kills.empty() && kills.back().pid == kill->pid && kills.back().anon_rss_bytes < 0;
    // A child may be sacrificed in place of the one that was meant; its line says nothing more.
    const bool instead = intended && !intends && kill->constraint.empty();
    if (same || instead) {
      const OomKill known = std::exchange(kills.back(), *std::move(kill));
      if (same && !known.constraint.empty()) kills.back().constraint = known.constraint;
      if (kills.back().task.empty()) kills.back().task = known.task;
      complete(kills.back(), known);
    } else {
      kills.push_back(*std::move(kill));
    }
    intended = intends;
  }
  for (OomKill& kill : kills) {
    if (kill.constraint.empty()) kill.constraint = "CONSTRAINT_NONE";
  }
  return kills;
}

std::optional<OomCall> parse_oom_call(std::string_view record) {
  const std::size_t at = record.find(" invoked oom-killer");
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view before = record.substr(0, at);
  const std::size_t start = before.find_last_of(" \t");
  OomCall call;
  call.task = before.substr(start == std::string_view::npos ? 0 : start + 1);
  call.score_adj = score_adj_in(record);
  return call;
}

namespace {

struct Fault {
  std::string_view words;  // after "name[pid"
  std::string_view signal;
};

// As arch/x86/kernel/traps.c and arch/arm64/mm/fault.c word them.
constexpr Fault kFaults[] = {
    {"]: segfault at ", "SIGSEGV"},
    {"] trap invalid opcode", "SIGILL"},
    {"] trap divide error", "SIGFPE"},
    {"] trap int3", "SIGTRAP"},
    {"] trap stack segment", "SIGBUS"},
    {"] trap alignment check", "SIGBUS"},
    {"] trap ", "SIGSEGV"},
    {"] general protection", "SIGSEGV"},
    {"]: undefined instruction", "SIGILL"},
    {"]: unhandled ", "SIGSEGV"},
};

}  // namespace

std::optional<FaultRecord> parse_fault(std::string_view record) {
  const Fault* kind = nullptr;
  std::size_t close = std::string_view::npos;
  for (const Fault& fault : kFaults) {
    close = record.find(fault.words);
    if (close == std::string_view::npos) continue;
    kind = &fault;
    break;
  }
  if (kind == nullptr) return std::nullopt;
  const std::size_t open = record.rfind('[', close);
  if (open == std::string_view::npos) return std::nullopt;
  const auto pid = leading_number<pid_t>(record.substr(open + 1, close - open - 1));
  if (!pid) return std::nullopt;
  FaultRecord fault;
  fault.pid = *pid;
  fault.signal = kind->signal;
  if (record.find("fault (7)", close) != std::string_view::npos) fault.signal = "SIGBUS";
  const std::string_view before = record.substr(0, open);
  const std::size_t start = before.rfind(' ');
  fault.process = before.substr(start == std::string_view::npos ? 0 : start + 1);
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
