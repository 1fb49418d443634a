// What a Lifetime is made of; shared by the files that implement it, and by nobody else.
#pragma once

#include "supervisor/ending.h"
#include "supervisor/keeper.h"
#include "supervisor/lifetime.h"
#include "supervisor/memory_limit.h"
#include "supervisor/open_case.h"
#include "supervisor/outlet.h"
#include "supervisor/recorder.h"
#include "supervisor/watcher.h"

#include <array>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace km::supervisor {

// Destroyed from the end: the watcher stops before the recorder and the cgroup that it uses go.
struct Lifetime::State {
  explicit State(LifetimePlan lifetime_plan) : plan(std::move(lifetime_plan)) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State();

  LifetimePlan plan;
  std::string id;
  std::filesystem::path folder;  // of the case; empty where the disk takes none
  std::vector<casefile::Gap> gaps;
  std::optional<Recorder> recorder;  // nothing where there was not even memory for it
  MemoryLimit limit;
  OpenCase open;
  std::array<Outlet, 2> outlets;        // fd 1 and 2
  std::array<std::size_t, 2> routes{};  // of the keeper
  std::optional<Keeper> keeper;
  std::optional<os::Child> child;
  std::unique_ptr<Watcher> watcher;

  Request request = Request::none;
  int our_signal = 0;
  bool keep_folder = false;
  std::optional<std::chrono::steady_clock::time_point> oom_score_at;

  // Start (lifetime_start.cpp).
  void open_folder();
  Result<> spawn();
  Result<std::array<os::Fd, 2>> open_outlets();
  void start_keeper();
  void describe_start();
  void watch();

  // Output (lifetime.cpp).
  std::string take(std::size_t stream);
  std::string take_while_it_waits(Outlet& outlet);
  void words(std::string_view text);
  void look_at_oom_score();
  void note_request(Request why, std::string_view detail);
  // Reads what comes until the pipes are closed, or for so long; with `until_death` also until the
  // child has ended.
  void pump(std::chrono::milliseconds longest, bool until_death);

  // End (lifetime_finish.cpp).
  void signal_all(int number);  // the whole session, where the child leads one
  os::ExitStatus reap();
  evidence::Scene scene_at_end(const os::ExitStatus& status, std::string_view phase,
                               std::int64_t ended_us);
  std::vector<casefile::Fact> crash_facts(const evidence::Scene& scene);
  void leave_no_trace();
};

}  // namespace km::supervisor
