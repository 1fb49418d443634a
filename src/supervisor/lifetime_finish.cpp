// The end of a lifetime: last output, exit status, counters; then either a verdict or no trace.
#include "evidence/collectors.h"
#include "os/folders.h"
#include "os/host.h"
#include "os/process.h"
#include "supervisor/crash_report.h"
#include "supervisor/lifetime_state.h"
#include "supervisor/ring_place.h"

#include <algorithm>
#include <csignal>
#include <iterator>
#include <utility>

namespace km::supervisor {
namespace {

// A grandchild may hold the pipes open for hours; what the dead process itself wrote is there at
// once.
constexpr std::chrono::milliseconds kDrain{100};

}  // namespace

void Lifetime::State::signal_all(int number) {
  // Until it is reaped its pid, and with it the group's id, belongs to nobody else.
  if (plan.child.new_session && !child->reaped())
    ::kill(-child->pid(), number);
  else
    static_cast<void>(child->signal(number));
}

os::ExitStatus Lifetime::State::reap() {
  if (auto status = child->wait()) return *status;
  // Somebody else has waited for it: the end is certain, its kind is not.
  gaps.push_back(
      {"exit status", "another part of this program has already waited for the process", ""});
  return {};
}

evidence::Scene Lifetime::State::scene_at_end(const os::ExitStatus& status, std::string_view phase,
                                              std::int64_t ended_us) {
  auto scene = scene_of(open, recorder ? recorder->read() : Recording{}, ended_us);
  scene.phase = phase;
  scene.requested = to_string(request);
  scene.status = status;
  if (limit.cgroup) scene.cgroup_after = limit.cgroup->events();
  scene.host_oom_kills_after = os::host_oom_kills();
  scene.descendants = watcher->descendants();
  return scene;
}

std::vector<casefile::Fact> Lifetime::State::crash_facts(const evidence::Scene& scene) {
  // Nobody writes a report on a plain SIGKILL; what Jetsam writes is there soon, or not for us.
  constexpr std::chrono::milliseconds kForJetsam{2000};
  const bool crashed = evidence::is_crash(scene);
  if (!crashed && !evidence::may_be_killed(scene)) return {};
  readers::apple::Seen seen;
  seen.pid = scene.pid;
  seen.program = scene.python.empty() ? scene.argv.front() : scene.python;
  seen.started_unix_s = open.started_unix_us / 1'000'000;
  seen.ended_unix_s = seen.started_unix_s + (scene.ended_us - scene.started_us) / 1'000'000;
  const std::chrono::milliseconds for_crash = plan.crash_report_limit;
  auto report =
      await_crash_report(seen, os::crash_report_folders(), crashed ? for_crash : kForJetsam);
  if (crashed) std::move(report.gaps.begin(), report.gaps.end(), std::back_inserter(gaps));
  return std::move(report.facts);
}

void Lifetime::State::leave_no_trace() {
  if (folder.empty()) return;
  remove_outside_ring(folder);  // the report, if there is one, holds what it held
  if (keep_folder) return;
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
}

Lifetime::End Lifetime::finish(std::string_view phase, std::vector<casefile::Fact> extra) {
  auto& s = *state_;
  s.pump(std::chrono::hours(24 * 365),
         true);  // returns at once where the caller has seen the death
  const auto ended_us = os::monotonic_us();
  s.watcher->stop();
  s.open.scene.oom_score_adj = os::oom_score_adj(pid());
  End end;
  end.status = s.reap();
  // What is left of a program's output goes out through the keeper, in its order.
  if (!s.plan.outlives_us) s.pump(kDrain, false);
  end.rest_stdout = std::move(s.outlets[0].rest);
  end.rest_stderr = std::move(s.outlets[1].rest);

  auto scene = s.scene_at_end(end.status, phase, ended_us);
  Ending ending{end.status, s.plan.subject, phase, s.request, s.our_signal};
  ending.own_cgroup_killed = s.limit.own && scene.cgroup_before && scene.cgroup_after &&
                             scene.cgroup_after->oom_kills > scene.cgroup_before->oom_kills;
  if (!is_death(ending)) {
    s.leave_no_trace();
    return end;
  }
  if (const auto gap = s.watcher->gpu_gap(); !gap.empty())
    s.gaps.push_back({"GPU memory", gap, ""});
  if (const auto gap = s.watcher->gap(); !gap.empty()) s.gaps.push_back({"samples", gap, ""});
  auto reported = s.crash_facts(scene);
  std::move(reported.begin(), reported.end(), std::back_inserter(extra));
  end.diagnosis = postmortem(scene, std::move(extra), s.folder, s.id, s.gaps);
  end.card = card_of(*end.diagnosis);
  end.folder = s.folder;
  s.keep_folder = true;
  return end;
}

// Whatever way we get here: nothing of it runs on unseen, and only a death leaves a folder.
Lifetime::State::~State() {
  if (child && !child->reaped()) {
    signal_all(SIGKILL);
    static_cast<void>(child->wait());
  }
  watcher.reset();
  leave_no_trace();
}

}  // namespace km::supervisor
