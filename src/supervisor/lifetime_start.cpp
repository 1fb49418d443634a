// The start of a lifetime: folder, recorder, limits, pipes, child, watch. Only a child that cannot
// be spawned is an error; everything else that fails is a gap.
#include "os/file.h"
#include "os/folders.h"
#include "os/host.h"
#include "os/process.h"
#include "store/cases.h"
#include "supervisor/lifetime_state.h"
#include "supervisor/ring_place.h"

#include <chrono>
#include <iterator>
#include <memory>
#include <unistd.h>
#include <utility>

namespace km::supervisor {
namespace {

std::int64_t unix_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string working_folder_of(const os::ChildPlan& child) {
  std::error_code error;
  auto here = std::filesystem::current_path(error);
  return child.folder.empty() ? here.string() : (here / child.folder).string();
}

}  // namespace

void Lifetime::State::open_folder() {
  auto made = store::Cases(plan.home).create(::getpid());
  Error error;
  if (made) {
    folder = std::move(*made);
    id = folder.filename().string();
    if (auto on_disk = Recorder::create(ring_place(folder, os::is_on_network(folder)))) {
      recorder.emplace(std::move(*on_disk));
      return;
    } else {
      error = std::move(on_disk).error();
    }
  } else {
    error = std::move(made).error();
  }
  gaps.push_back({"flight recorder on disk", error.what,
                  "free some space, or set KERNELMEDIC_HOME to another folder"});
  if (auto memory = Recorder::in_memory()) recorder.emplace(std::move(*memory));
}

Result<std::array<os::Fd, 2>> Lifetime::State::open_outlets() {
  std::array<os::Fd, 2> write_ends;
  if (!plan.captured) return write_ends;
  if (plan.child.stdout_fd < 0) {
    KM_ASSIGN(write_ends[0], Outlet::open(outlets[0]));
    plan.child.stdout_fd = write_ends[0].get();
  }
  if (plan.child.stderr_fd < 0) {
    if (plan.one_pipe && write_ends[0]) {
      plan.child.stderr_fd = write_ends[0].get();
    } else {
      KM_ASSIGN(write_ends[1], Outlet::open(outlets[1]));
      plan.child.stderr_fd = write_ends[1].get();
      if (!plan.outlives_us) os::narrow_pipe(write_ends[1].get());  // for take_while_it_waits()
    }
  }
  return write_ends;
}

void Lifetime::State::start_keeper() {
  Keeper::Plan kept;
  const std::array targets{plan.passthrough_stdout, plan.passthrough_stderr};
  for (std::size_t stream = 0; stream < outlets.size(); ++stream) {
    if (outlets[stream].fd() < 0 || targets[stream] < 0) continue;
    routes[stream] = kept.routes.size();
    kept.routes.push_back({outlets[stream].fd(), targets[stream]});
  }
  if (kept.routes.empty()) return;
  if (auto started = Keeper::start(kept)) {
    keeper.emplace(std::move(*started));
  } else {
    gaps.push_back({"output after kernelmedic's own death", started.error().what, ""});
  }
}

Result<> Lifetime::State::spawn() {
  plan.child.end_with_parent = !plan.outlives_us;
  KM_ASSIGN(const auto write_ends, open_outlets());
  // Before the child, so that the keeper inherits nothing of it.
  if (plan.outlives_us) start_keeper();
  limit = prepare_memory_limit(plan.memory_limit_bytes, plan.child);
  open.scene.host_oom_kills_before = os::host_oom_kills();
  if (limit.cgroup) open.scene.cgroup_before = limit.cgroup->events();
  open.scene.started_us = os::monotonic_us();
  open.started_unix_us = unix_us();
  auto started = os::Child::start(plan.child);
  if (!started && limit.own) {
    // A cgroup may be made and still not be joined (delegation of v2). Whatever it was, the second
    // try tells.
    limit = fall_back_to_data_limit(*plan.memory_limit_bytes, started.error().what, plan.child);
    if (limit.cgroup) open.scene.cgroup_before = limit.cgroup->events();
    started = os::Child::start(plan.child);
  }
  if (!started) return tl::make_unexpected(std::move(started).error());
  child.emplace(std::move(*started));
  std::move(limit.gaps.begin(), limit.gaps.end(), std::back_inserter(gaps));
  return {};
}

void Lifetime::State::describe_start() {
  auto& scene = open.scene;
  scene.subject = plan.subject;
  scene.pid = child->pid();
  scene.argv = plan.child.argv;
  scene.wrap = plan.wrap;
  scene.python = plan.python;
  scene.working_folder = working_folder_of(plan.child);
  scene.architecture = os::architecture_of(child->pid());
  describe_limits(limit, scene);
  open.supervisor = os::identify(::getpid()).value_or(os::ProcessId{::getpid(), 0});
  open.child = os::identify(child->pid()).value_or(os::ProcessId{child->pid(), 0});
  open.journal = plan.journal;
  open.notebook = plan.notebook;
  if (limit.cgroup) open.cgroup_procs_file = limit.cgroup->procs_file();
  if (folder.empty()) return;
  if (const auto noted = store::Cases(plan.home).note_subject(id, plan.name); !noted) {
    gaps.push_back({"name of the case", noted.error().what, ""});
  }
  if (const auto written = os::write_file(folder / "open.json", to_json(open)); !written) {
    gaps.push_back({"completion after kernelmedic's own death", written.error().what, ""});
  }
}

void Lifetime::State::watch() {
  Watcher::Plan watched;
  watched.pid = child->pid();
  if (limit.cgroup) watched.cgroup = &*limit.cgroup;
  if (recorder) watched.recorder = &*recorder;
  watcher = std::make_unique<Watcher>(watched);
}

Result<std::unique_ptr<Lifetime>> Lifetime::start(LifetimePlan plan) {
  auto state = std::make_unique<State>(std::move(plan));
  state->open_folder();
  KM_TRY(state->spawn());
  state->describe_start();
  state->watch();
  return std::unique_ptr<Lifetime>(new Lifetime(std::move(state)));
}

}  // namespace km::supervisor
