// Docker, Kubernetes, Slurm, PBS, LSF, Grid Engine, HTCondor, YARN, Dask, JupyterHub, Colab.
#include "readers/exit_reasons.h"

#include "readers/told.h"
#include "readers/wording.h"

#include <algorithm>
#include <fmt/core.h>

namespace km::readers {
namespace {

constexpr std::string_view kMemory = "OUT_OF_MEMORY";
constexpr std::string_view kTime = "TIMEOUT";
constexpr std::string_view kCancelled = "CANCELLED";
constexpr std::string_view kPreempted = "PREEMPTED";

struct ReasonWording {
  std::string_view literal;   // as it stands in the line; what does not have it is not looked at
  evidence::Pattern pattern;  // group 1, where it has one: the resource that was short
  std::string_view reason;
};

const ReasonWording kReasons[] = {
    // Containers. "OOMKilled": false is docker's word for "no".
    {"OOMKilled", evidence::Pattern(R"("OOMKilled": ?true|(?:^|[^"\w])OOMKilled(?:[^"\w:=]|$))"),
     "OOMKilled"},
    {"ontainer killed due to memory usage", evidence::Pattern("OutOfMemoryError: Container killed"),
     "OOMKilled"},
    {"Evicted",
     evidence::Pattern(R"(\bReason:\s+Evicted\b|^\S+\s+\d+/\d+\s+Evicted\b|\bWarning\s+Evicted\b)"),
     "Evicted"},
    {"low on resource", evidence::Pattern(R"(The node was low on resource: ([a-z-]+))"), "Evicted"},
    {"exceeds the total limit of containers",
     evidence::Pattern(R"(Usage of ([A-Za-z-]+) .{0,200}exceeds the total limit of containers)"),
     "Evicted"},
    {"exceeded its local", evidence::Pattern(R"(exceeded its local (ephemeral storage) limit)"),
     "Evicted"},
    {"DeadlineExceeded", evidence::Pattern(R"(\bReason:\s+DeadlineExceeded\b)"), kTime},
    {"specified deadline",
     evidence::Pattern("active on the node longer than the specified deadline"), kTime},
    {"Preempt", evidence::Pattern(R"(\bReason:\s+Preempt(?:ed|ing)\b|\bPreempted by\b)"),
     kPreempted},
    {"imminent node shutdown",
     evidence::Pattern("terminated in response to imminent node shutdown"), kPreempted},
    // Slurm.
    {"oom",
     evidence::Pattern(
         R"((?i)Detected \d+ oom[-_]kill events? ?(?:\(s\) )?in|\boom_kill event|slurm.*\boom[-_]kill)"),
     kMemory},
    {"out-of-memory handler", evidence::Pattern("killed by the cgroup out-of-memory handler"),
     kMemory},
    {"memory limit", evidence::Pattern(R"((?i)exceeded (?:job|step|virtual)? ?memory limit)"),
     kMemory},
    {"Out Of Memory", evidence::Pattern(R"(srun: error: .*tasks? [\d,-]+: Out Of Memory)"),
     kMemory},
    {"DUE TO", evidence::Pattern("DUE TO TIME LIMIT"), kTime},
    {"DUE TO", evidence::Pattern("DUE TO PREEMPTION"), kPreempted},
    {"DUE TO", evidence::Pattern(R"(DUE TO (?:TASK|NODE|JOB)\w* ?FAILURE)"), "NODE_FAIL"},
    {"CANCELLED AT", evidence::Pattern(R"(CANCELLED AT \S+ (?:\*\*\*|$)|CANCELLED AT \S+$)"),
     kCancelled},
    {"OUT_OF_ME",
     evidence::Pattern(
         R"(^\s*\d[\w.\[\]-]*\s.*\bOUT_OF_ME(?:\+|M\w*)|State:? *=?\s*OUT_OF_MEMORY)"),
     kMemory},
    {"TIMEOUT", evidence::Pattern(R"(^\s*\d[\w.\[\]-]*\s.*\bTIMEOUT\b|State:? *=?\s*TIMEOUT)"),
     kTime},
    {"PREEMPTED",
     evidence::Pattern(R"(^\s*\d[\w.\[\]-]*\s.*\bPREEMPTED\b|State:? *=?\s*PREEMPTED)"),
     kPreempted},
    {"CANCELLED",
     evidence::Pattern(R"(^\s*\d[\w.\[\]-]*\s.*\bCANCELLED(?:\+| by|\s)|State:? *=?\s*CANCELLED)"),
     kCancelled},
    // PBS.
    {"job killed", evidence::Pattern(R"(job killed: (?:walltime|cput)\b)"), kTime},
    {"job killed", evidence::Pattern(R"(job killed: v?mem\b)"), kMemory},
    {"em",
     evidence::Pattern(
         R"((?i)Cgroup (?:mem|memsw) limit exceeded|\bjob violates resource utilization.*mem)"),
     kMemory},
    // LSF.
    {"TERM_", evidence::Pattern("TERM_MEMLIMIT|TERM_SWAP"), kMemory},
    {"TERM_", evidence::Pattern("TERM_RUNLIMIT|TERM_CPULIMIT|TERM_DEADLINE|TERM_WINDOW"), kTime},
    {"TERM_", evidence::Pattern("TERM_OWNER|TERM_ADMIN|TERM_FORCE_OWNER|TERM_FORCE_ADMIN"),
     kCancelled},
    {"TERM_PREEMPT", evidence::Pattern("TERM_PREEMPT"), kPreempted},
    // Grid Engine.
    {"exceed",
     evidence::Pattern(
         R"((?i)exceed(?:s|ed) (?:job )?(?:hard|soft) (?:wallclock|limit "?[hs]_(?:rt|cpu)))"),
     kTime},
    {"exceed",
     evidence::Pattern(
         R"((?i)exceed(?:s|ed) (?:job )?(?:hard|soft) limit "?[hs]_(?:vmem|rss|data))"),
     kMemory},
    // HTCondor.
    {"memory limit of", evidence::Pattern(R"(Job has gone over (?:cgroup )?memory limit of)"),
     kMemory},
    {"Job was", evidence::Pattern("Job was evicted"), kPreempted},
    {"condor_rm", evidence::Pattern(R"(via condor_rm)"), kCancelled},
    // YARN, Dask, Ray, hosted notebooks.
    {"YARN for exceeding",
     evidence::Pattern("killed by YARN for exceeding (?:physical )?memory limits"), kMemory},
    {"physical memory limits", evidence::Pattern("running beyond physical memory limits"), kMemory},
    {"memory budget", evidence::Pattern(R"(exceeded \d+% memory budget\. Restarting)"), kMemory},
    {"running low on memory", evidence::Pattern(R"(killed due to the node running low on memory)"),
     kMemory},
    {"available RAM", evidence::Pattern("session crashed after using all available RAM"), kMemory},
    {"allocate more memory than",
     evidence::Pattern("notebook tried to allocate more memory than is available"), kMemory},
    // Idle ends: nothing was wrong with the process.
    {"ulling", evidence::Pattern(R"(Culling (?:server|(?:'\w+' )?kernel|terminal|user)\b)"),
     "culled"},
    {"inactivity",
     evidence::Pattern(
         R"((?i)Shutting down (?:kernel|server|notebook|user server).{0,80}due to inactivity)"),
     "culled"},
};

// "2Gi", "512M", "2097152kb" in bytes.
std::optional<std::int64_t> size_of(std::string_view text) {
  static const evidence::Pattern size(R"(^(\d{1,15}(?:\.\d{1,3})?) ?([kKMGT]?)(i?)[bB]?$)");
  const auto parts = size.match(text);
  if (parts.empty()) return std::nullopt;
  // By hand: strtod depends on the locale, and libc++ has no from_chars for fractions.
  const std::size_t point = std::min(parts[1].find('.'), parts[1].size());
  const auto whole = code_number(parts[1].substr(0, point));
  if (!whole) return std::nullopt;
  auto number = static_cast<double>(*whole);
  double unit = 0.1;
  for (std::size_t at = point + 1; at < parts[1].size(); ++at, unit /= 10)
    number += unit * (parts[1][at] - '0');
  for (const char prefix : std::string_view("kMGT")) {
    if (parts[2].empty()) break;
    number *= 1024;
    if (prefix == parts[2].front() || (prefix == 'k' && parts[2].front() == 'K')) break;
  }
  constexpr double kMost = 1e18;
  return number >= 1 && number < kMost ? std::optional(static_cast<std::int64_t>(number))
                                       : std::nullopt;
}

void tell_limit(std::string_view text, std::string_view unit, std::string_view source,
                casefile::CaseFile& out) {
  const auto bytes = size_of(fmt::format("{}{}", text, unit));
  if (!bytes) return;
  tell(out, "memory.limit_bytes", *bytes, source);
  tell(out, "memory.limit_source", "cgroup", source);
}

void read_limit(std::string_view line, std::string_view source, casefile::CaseFile& out) {
  struct Limit {
    std::string_view literal;
    evidence::Pattern pattern;
    std::string_view unit;
  };
  static const Limit kLimits[] = {
      {"memory limit", evidence::Pattern(R"(exceeded (?:job|step)? ?memory limit \(\d+ > (\d+)\))"),
       "k"},
      {"memory limit",
       evidence::Pattern(
           R"(exceeded (?:job|step)? ?memory limit \([\d.]+[KMGT] > ([\d.]+[KMGT])\))"),
       ""},
      {"exceeded limit", evidence::Pattern(R"(job killed: mem \d+kb exceeded limit (\d+kb))"), ""},
      {"memory limit of",
       evidence::Pattern(R"(gone over (?:cgroup )?memory limit of (\d+) megabytes)"), "M"},
      {"YARN",
       evidence::Pattern(R"(exceeding (?:physical )?memory limits\. +[\d.]+ GB of ([\d.]+) GB)"),
       "G"},
      {"\"Memory\"", evidence::Pattern(R"("Memory": ([1-9]\d*))"), ""},
  };
  for_wordings_in(line, line, kLimits, [&](const Limit& limit, const Groups& groups) {
    tell_limit(groups[1], limit.unit, source, out);
  });
}

// kubectl describe pod: "Limits:", then "memory:  2Gi" and others, in any order, deeper.
class PodLimits {
 public:
  void line(std::string_view text, std::string_view source, casefile::CaseFile& out) {
    static const evidence::Pattern limits(R"(^\s*Limits:\s*$)");
    static const evidence::Pattern resource(R"(^\s+([a-z][\w./-]*):\s+(\S+)\s*$)");
    if (limits.found_in(text)) {
      inside_ = true;
      return;
    }
    if (!inside_) return;
    const auto groups = resource.match(text);
    if (groups.empty()) {
      inside_ = false;
    } else if (groups[1] == "memory") {
      tell_limit(groups[2], "", source, out);
    }
  }

 private:
  bool inside_ = false;
};

}  // namespace

void read_exit_reasons(const intake::Excerpt& excerpt, casefile::CaseFile& out) {
  PodLimits pod;
  for (const intake::ExcerptLine& line : excerpt.lines) {
    const std::string source = intake::source_of(excerpt, line);
    for_wordings_in(
        line.text, line.text, kReasons, [&](const ReasonWording& wording, const Groups& groups) {
          tell(out, "scheduler.reason", wording.reason, source);
          if (groups.size() > 1 && !groups[1].empty())
            tell(out, "scheduler.reason", fmt::format("low on resource: {}", groups[1]), source);
        });
    read_limit(line.text, source, out);
    pod.line(line.text, source, out);
  }
}

}  // namespace km::readers
