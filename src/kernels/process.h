// The start of one supervised kernel process: its command line, environment and place, in whichever
// room it is wanted. Who speaks with it (a run's client, the proxy) is not its business.
#pragma once

#include "jupyter/kernelspec.h"
#include "result.h"
#include "supervisor/lifetime.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace km::kernels {

struct ProcessPlan {
  std::string name;                        // of the case, as people know it: a notebook's path
  std::vector<std::string> argv;           // complete but for the launcher and our switches
  std::map<std::string, std::string> env;  // the kernelspec's own
  std::string language;                    // the kernelspec's
  std::string python;                      // its interpreter; empty where it is not known
  bool ipykernel = false;                  // gets the switches that make its last words ours
  bool keeps_history = true;               // false: its history stays out of the user's
  bool own_session = false;                // true: a Ctrl-C at the terminal does not reach it
  bool reads_nothing = false;              // its stdin is /dev/null; else it is ours
  std::vector<std::string> wrap;           // --wrap
  std::filesystem::path folder;            // working folder; empty: ours
  std::optional<std::int64_t> memory_limit_bytes;
  // As in supervisor::LifetimePlan.
  std::chrono::seconds crash_report_limit{30};
  std::filesystem::path home;  // of the cases
  std::filesystem::path journal;
  std::filesystem::path notebook;
};

struct Process {
  std::unique_ptr<supervisor::Lifetime> lifetime;
  // What a kernel is to be told before its first cell, as a silent request; empty: nothing.
  std::string preparation;
};

// An error only where nothing could be spawned. The process ends with the thread that called this.
Result<Process> start(ProcessPlan plan);

}  // namespace km::kernels
