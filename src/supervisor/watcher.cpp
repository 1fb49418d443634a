// The one thread that looks. It allocates next to nothing per look and shares only a mutex and one
// sample.
#include "supervisor/watcher.h"

#include "os/host.h"
#include "os/process.h"

#include <algorithm>
#include <condition_variable>
#include <csignal>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

namespace km::supervisor {
namespace {

using std::chrono::milliseconds;

// After this many idle looks the tick doubles each time, up to kLongestTick: a kernel that is left
// alone overnight costs nothing to speak of.
constexpr int kIdleLooksBeforeSlower = 20;
constexpr milliseconds kLongestTick{4000};
// After the end of a cell the short tick stays for so many looks.
constexpr int kLooksAfterCell = 4;
// The GPU library takes longer to answer than /proc does; four looks a second show every growth
// that matters.
constexpr std::int64_t kGpuEveryUs = 250'000;
// A limit that somebody changes meanwhile is seen after this; what is used is read at each look.
constexpr std::int64_t kLimitEveryUs = 1'000'000;
// The system itself works its averages out every 2 s (Linux, PSI_FREQ).
constexpr std::int64_t kPressureEveryUs = 1'000'000;

bool is_due(std::int64_t& last_us, std::int64_t every_us, std::int64_t now_us) {
  if (last_us != 0 && now_us - last_us < every_us) return false;
  last_us = now_us;
  return true;
}

}  // namespace

struct Watcher::State {
  explicit State(const Plan& p) : plan(p), tree(p.pid) {}

  const Plan plan;
  // Of the thread alone.
  os::TreeReader tree;
  std::optional<os::GpuMemory> gpu;
  std::optional<os::GpuMemory::Use> gpu_use;
  std::int64_t gpu_looked_us = 0;
  std::int64_t cgroup_limit = -1;
  std::int64_t limit_looked_us = 0;
  float pressure = -1;
  std::int64_t pressure_looked_us = 0;

  mutable std::mutex mutex;  // guards what follows
  std::condition_variable changed;
  bool is_busy = true;  // it starts up
  int looks_since_cell = 0;
  bool sleeps_long = false;  // and is to be woken when a cell begins
  bool stopping = false;
  Sample last;
  std::int64_t peak_rss_bytes = 0;
  std::string gpu_gap = "the watch ended before the GPU library was asked";
  std::string gap;

  std::thread thread;  // last: it uses everything above

  void open_gpu() {
    auto opened = os::GpuMemory::open();
    const std::lock_guard lock(mutex);
    if (opened) {
      gpu.emplace(std::move(*opened));
      gpu_gap.clear();
    } else {
      gpu_gap = opened.error().what;
    }
  }

  // Nothing once the process is gone.
  std::optional<Sample> look() {
    const auto use = tree.read();
    // A zombie has no memory at all. Resident bytes alone may read 0 for a small live one: the
    // kernel counts them lazily.
    if (!use || (use->root_rss_bytes <= 0 && use->data_vm_bytes <= 0)) return std::nullopt;
    Sample sample;
    sample.time_us = os::monotonic_us();
    sample.tree_rss_bytes = use->rss_bytes;
    sample.root_rss_bytes = use->root_rss_bytes;
    sample.data_vm_bytes = use->data_vm_bytes;
    sample.cpu_seconds = use->cpu_seconds;
    sample.threads = use->threads;
    sample.processes = use->processes;
    sample.fds = use->fds;
    add_cgroup(sample);
    sample.available_bytes = os::available_memory().value_or(-1);
    if (is_due(pressure_looked_us, kPressureEveryUs, sample.time_us)) {
      pressure = static_cast<float>(os::memory_pressure().value_or(-1));
    }
    sample.memory_pressure = pressure;
    if (gpu && is_due(gpu_looked_us, kGpuEveryUs, sample.time_us)) gpu_use = gpu->read();
    if (gpu_use) {
      sample.gpu_used_bytes = gpu_use->used_bytes;
      sample.gpu_total_bytes = gpu_use->total_bytes;
    }
    return sample;
  }

  void add_cgroup(Sample& sample) {
    const auto usage = plan.cgroup != nullptr ? plan.cgroup->usage_bytes() : std::nullopt;
    if (!usage) return;
    if (is_due(limit_looked_us, kLimitEveryUs, sample.time_us)) {
      if (const auto use = plan.cgroup->use()) cgroup_limit = use->limit_bytes;
    }
    sample.cgroup_usage_bytes = *usage;
    sample.cgroup_limit_bytes = cgroup_limit;
  }

  void look_and_record() {
    const auto sample = look();
    if (!sample) return;
    if (plan.recorder != nullptr) plan.recorder->sample(*sample);
    const std::lock_guard lock(mutex);
    last = *sample;
    peak_rss_bytes = std::max(peak_rss_bytes, sample->tree_rss_bytes);
  }

  // What goes wrong in here ends the watch, never the process that is watched.
  void run() {
    try {
      watch();
    } catch (const std::exception& error) {
      const std::lock_guard lock(mutex);
      gap = error.what();
    }
  }

  void watch() {
    open_gpu();
    auto idle_tick = plan.idle_tick;
    while (true) {
      look_and_record();
      std::unique_lock lock(mutex);
      if (stopping) break;
      looks_since_cell = is_busy ? 0 : looks_since_cell + 1;
      // The end of a cell is not waited for, and the next one is often near: two wakes of this
      // thread for each cell are felt by short ones.
      if (looks_since_cell <= kLooksAfterCell) {
        idle_tick = plan.idle_tick;
        changed.wait_for(lock, plan.busy_tick, [this] { return stopping; });
      } else {
        if (looks_since_cell > kIdleLooksBeforeSlower)
          idle_tick = std::min(kLongestTick, 2 * idle_tick);
        sleeps_long = true;
        changed.wait_for(lock, idle_tick, [this] { return stopping || is_busy; });
        sleeps_long = false;
      }
      if (stopping) break;
    }
  }
};

Watcher::Watcher(const Plan& plan) : state_(std::make_unique<State>(plan)) {
  // Signals are for the thread that owns the loop: they must interrupt its system calls, not ours.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  state_->thread = std::thread([state = state_.get()] { state->run(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Watcher::~Watcher() { stop(); }

void Watcher::busy(bool busy) {
  bool wakes = false;
  {
    const std::lock_guard lock(state_->mutex);
    state_->is_busy = busy;
    wakes = busy && state_->sleeps_long;
    if (busy) state_->looks_since_cell = 0;
  }
  if (wakes) state_->changed.notify_one();
}

Sample Watcher::latest() const {
  const std::lock_guard lock(state_->mutex);
  return state_->last;
}

std::int64_t Watcher::peak_rss_bytes() const {
  const std::lock_guard lock(state_->mutex);
  return state_->peak_rss_bytes;
}

std::string Watcher::gpu_gap() const {
  const std::lock_guard lock(state_->mutex);
  return state_->gpu_gap;
}

std::string Watcher::gap() const {
  const std::lock_guard lock(state_->mutex);
  return state_->gap;
}

const std::vector<pid_t>& Watcher::descendants() const { return state_->tree.descendants(); }

void Watcher::stop() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
  }
  state_->changed.notify_one();
  if (state_->thread.joinable()) state_->thread.join();
}

}  // namespace km::supervisor
