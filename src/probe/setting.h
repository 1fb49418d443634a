// What the examination lends to each probe; for the files of this room.
#pragma once

#include "os/signals.h"
#include "runner/stop_request.h"

#include <chrono>
#include <filesystem>
#include <string>

namespace km::probe {

struct Setting {
  std::string probe;           // its name
  std::chrono::seconds limit;  // for this probe, through this patient's wrap
  std::filesystem::path home;  // of the cases: a private folder that is removed afterwards
  const os::Signals& signals;  // both live in examine(), which outlives every probe
  runner::StopRequest& stop;
};

}  // namespace km::probe
