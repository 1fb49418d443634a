// Looks at a process tree every 50 ms and hands each look to the recorder; owns the one thread that
// does it.
#pragma once

#include "os/cgroup.h"
#include "supervisor/recorder.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace km::supervisor {

class Watcher {
 public:
  struct Plan {
    pid_t pid = -1;
    const os::Cgroup* cgroup = nullptr;  // not owned, outlives the watcher; may be null
    Recorder* recorder = nullptr;        // not owned, outlives the watcher
    std::chrono::milliseconds busy_tick{50};
    std::chrono::milliseconds idle_tick{500};
  };
  explicit Watcher(const Plan& plan);
  ~Watcher();  // stops and joins
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  void busy(bool busy);   // a cell runs: the short tick
  Sample latest() const;  // safe from any thread
  std::int64_t peak_rss_bytes() const;
  std::string gpu_gap() const;  // why there is no GPU memory; empty where there is
  std::string gap() const;      // why the watch ended early; empty where it did not
  void stop();                  // after this nothing is sampled any more
  // Processes ever seen below the watched one; after stop().
  const std::vector<pid_t>& descendants() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace km::supervisor
