// Was it the OOM killer? Counters of the cgroup before and after, and the kernel's own report where
// we may read it. The rule that weighs them is data (rules/memory); here only what each source
// says.
#include "evidence/oom.h"

#include "evidence/collectors.h"
#include "os/host.h"
#include "os/self.h"

#include <algorithm>

namespace km::evidence {
namespace {

std::string counter_source(const Scene& scene, std::string_view v1, std::string_view v2) {
  return std::string(scene.cgroup_version == 1 ? v1 : v2);
}

std::int64_t oom_kills_in_cgroup(const Scene& scene) {
  if (!scene.cgroup_before || !scene.cgroup_after) return 0;
  return std::max<std::int64_t>(0, scene.cgroup_after->oom_kills - scene.cgroup_before->oom_kills);
}

std::int64_t oom_kills_on_host(const Scene& scene) {
  if (!scene.host_oom_kills_before || !scene.host_oom_kills_after) return 0;
  return std::max<std::int64_t>(0, *scene.host_oom_kills_after - *scene.host_oom_kills_before);
}

Victim victim_of(const Scene& scene, const OomKill& kill, bool host_pids) {
  if (host_pids && kill.pid == scene.pid) return Victim::this_process;
  if (host_pids && std::find(scene.descendants.begin(), scene.descendants.end(), kill.pid) !=
                       scene.descendants.end()) {
    return Victim::child;
  }
  const bool ours =
      scene.cgroup_own && !scene.cgroup_path.empty() && kill.task_memcg == scene.cgroup_path;
  // In a cgroup of our own there are only the process and what it started.
  if (ours) return host_pids ? Victim::child : Victim::unknown;
  if (!host_pids) return Victim::unknown;
  const bool may_be_ours =
      scene.cgroup_own && scene.cgroup_path.empty() && kill.constraint == "CONSTRAINT_MEMCG";
  return may_be_ours && oom_kills_in_cgroup(scene) > 0 ? Victim::child : Victim::other;
}

// A kill for the limit of a cgroup that is not ours, somewhere on this machine, says nothing about
// our process.
bool is_foreign(const Scene& scene, const OomKill& kill, Victim victim) {
  const bool may_be_another = victim == Victim::other || victim == Victim::unknown;
  return may_be_another && kill.constraint == "CONSTRAINT_MEMCG" && oom_kills_in_cgroup(scene) == 0;
}

void add_kills(const Scene& scene, std::span<const OomKill> kills, casefile::CaseFile& out) {
  constexpr std::string_view kLog = "kernel log";
  const auto best = most_relevant(scene, kills, os::sees_host_pids());
  if (!best) {
    for (const std::string_view name : {"oom.report", "oom.constraint", "oom.victim"}) {
      out.none(name, kLog);
    }
    return;
  }
  out.add("oom.report", best->kill->report, kLog);
  if (!best->kill->constraint.empty()) out.add("oom.constraint", best->kill->constraint, kLog);
  switch (best->victim) {
    case Victim::this_process:
      out.add("oom.victim", std::string("this process"), kLog);
      break;
    case Victim::child:
      out.add("oom.victim", std::string("a child"), kLog);
      break;
    case Victim::other:
      out.add("oom.victim", std::string("another process"), kLog);
      break;
    case Victim::unknown:
      out.gap("the victim of the OOM kill",
              "the kernel log counts pids as the host does, this container has its own",
              "look at the kernel log on the host: dmesg | grep -i 'killed process'");
  }
}

void add_fault(const Scene& scene, std::span<const std::string> records, casefile::CaseFile& out) {
  constexpr std::string_view kLog = "kernel log";
  if (!os::sees_host_pids()) return;
  std::optional<FaultRecord> last;
  for (const std::string& record : records) {
    auto fault = parse_fault(record);
    if (fault && fault->pid == scene.pid) last = std::move(fault);
  }
  if (!last) return;
  out.add("crash.kernel_line", last->line, kLog);
  if (!last->image.empty()) out.add("crash.image", last->image, kLog);
}

}  // namespace

std::optional<Attribution> most_relevant(const Scene& scene, std::span<const OomKill> kills,
                                         bool host_pids) {
  std::optional<Attribution> best;
  for (const OomKill& kill : kills) {
    const Victim victim = victim_of(scene, kill, host_pids);
    if (is_foreign(scene, kill, victim) || (best && victim > best->victim)) continue;
    best = Attribution{&kill, victim};  // of several alike the last
  }
  return best;
}

void collect_cgroup(const Scene& scene, casefile::CaseFile& out) {
  if (scene.host_oom_kills_before && scene.host_oom_kills_after) {
    out.add("host.oom_kills", oom_kills_on_host(scene), "/proc/vmstat oom_kill, before and after");
  }
  if (scene.oom_score)
    out.add("oom.score", std::int64_t{*scene.oom_score}, "/proc/<pid>/oom_score, last look");
  if (scene.oom_score_adj) {
    out.add("oom.score_adj", std::int64_t{*scene.oom_score_adj},
            "/proc/<pid>/oom_score_adj, last look");
  }
  if (scene.cgroup_version == 0) return;
  out.add("cgroup.version", std::int64_t{scene.cgroup_version}, "/proc/<pid>/cgroup");
  out.add("cgroup.own", scene.cgroup_own, "the supervisor");
  const auto limited =
      std::find_if(scene.samples.rbegin(), scene.samples.rend(),
                   [](const Sample& sample) { return sample.cgroup_limit_bytes >= 0; });
  const std::string limit_file = counter_source(scene, "memory.limit_in_bytes", "memory.max");
  if (limited != scene.samples.rend() && limited->cgroup_limit_bytes > 0) {
    out.add("cgroup.limit_bytes", limited->cgroup_limit_bytes, limit_file);
  } else if (scene.limit_bytes && scene.limit_source.rfind("cgroup", 0) == 0) {
    out.add("cgroup.limit_bytes", *scene.limit_bytes, limit_file);
  } else if (limited != scene.samples.rend()) {
    out.none("cgroup.limit_bytes", limit_file);
  }
  if (!scene.cgroup_after) {
    out.gap("the counters of the memory cgroup", "they could not be read after the death");
    return;
  }
  if (scene.cgroup_after->peak_bytes > 0) {
    out.add("cgroup.peak_bytes", scene.cgroup_after->peak_bytes,
            counter_source(scene, "memory.max_usage_in_bytes", "memory.peak"));
  }
  if (!scene.cgroup_before) return;
  out.add("cgroup.oom_kills", oom_kills_in_cgroup(scene),
          counter_source(scene, "memory.oom_control oom_kill, before and after",
                         "memory.events oom_kill, before and after"));
  out.add(
      "cgroup.limit_hits",
      std::max<std::int64_t>(0, scene.cgroup_after->limit_hits - scene.cgroup_before->limit_hits),
      counter_source(scene, "memory.failcnt, before and after",
                     "memory.events max, before and after"));
}

void collect_kernel_log(const Scene& scene, casefile::CaseFile& out) {
  const bool killed =
      may_be_killed(scene) || oom_kills_in_cgroup(scene) > 0 || oom_kills_on_host(scene) > 0;
  if (!killed && !is_crash(scene)) return;  // it would tell nothing about an exit
  const auto records = os::kernel_log_since(scene.started_us);
  if (!records) {
    out.gap("the kernel log", records.error().what,
            "as root: dmesg | grep -iE 'killed process|oom-kill|segfault|trap'");
    return;
  }
  if (killed) add_kills(scene, parse_oom_kills(*records), out);
  if (is_crash(scene)) add_fault(scene, *records, out);
}

}  // namespace km::evidence
