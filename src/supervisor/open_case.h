// open.json: what is known about a supervised process from its start on. With the flight recorder
// it is all that another process needs to complete the case when the supervisor is gone.
#pragma once

#include "evidence/scene.h"
#include "os/process.h"
#include "result.h"
#include "supervisor/recorder.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace km::supervisor {

struct OpenCase {
  os::ProcessId supervisor;
  os::ProcessId child;
  std::string name;                  // notebook path or command line, for the list of cases
  evidence::Scene scene;             // as far as it is known at the start
  std::int64_t started_unix_us = 0;  // wall clock at scene.started_us
  std::string cgroup_procs_file;     // empty: no cgroup
  std::filesystem::path journal;
  std::filesystem::path notebook;
};

std::string to_json(const OpenCase& open);
Result<OpenCase> open_case_from_json(std::string_view text);
Result<OpenCase> read_open_case(const std::filesystem::path& folder);

// The scene of the start and what the recorder saw since. `ended_us`: CLOCK_MONOTONIC; it also
// gives ended_time.
evidence::Scene scene_of(const OpenCase& open, const Recording& recording, std::int64_t ended_us);

}  // namespace km::supervisor
