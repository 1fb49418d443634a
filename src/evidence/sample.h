// One look at a process tree: what the watcher takes every 50 ms and the flight recorder keeps.
#pragma once

#include <cstdint>

namespace km::evidence {

struct Sample {
  std::int64_t time_us = 0;         // CLOCK_MONOTONIC
  std::int64_t tree_rss_bytes = 0;  // the process and its descendants
  std::int64_t root_rss_bytes = 0;
  std::int64_t data_vm_bytes = 0;  // of the process itself: what RLIMIT_DATA counts, and its stack
  std::int64_t cgroup_usage_bytes = -1;  // -1: unknown, also below
  std::int64_t cgroup_limit_bytes = -1;
  std::int64_t available_bytes = -1;  // MemAvailable of the host
  std::int64_t gpu_used_bytes = -1;
  std::int64_t gpu_total_bytes = -1;
  double cpu_seconds = 0;
  float memory_pressure = -1;  // PSI some avg10, percent
  std::int32_t threads = 0;
  std::int32_t processes = 0;
  std::int32_t fds = -1;
};

}  // namespace km::evidence
