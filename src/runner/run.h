// Runs a notebook, cell by cell, through a supervised kernel: nbclient's job, plus what to do at a
// death.
#pragma once

#include "jupyter/kernelspec.h"
#include "result.h"
#include "supervisor/lifetime.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace km::runner {

enum class OnDeath { stop, proceed };

struct RunPlan {
  std::filesystem::path notebook;
  std::filesystem::path out;
  std::string kernel;             // --kernel
  std::string python;             // --python
  std::vector<std::string> wrap;  // --wrap
  std::optional<std::int64_t> memory_limit_bytes;
  OnDeath on_death = OnDeath::stop;
  bool allow_errors = false;
  std::optional<std::chrono::milliseconds> cell_timeout;
  std::optional<std::chrono::milliseconds> total_timeout;
  std::chrono::milliseconds startup_timeout{
      60'000};  // to the first answer of the kernel (nbclient: 60 s)
  std::int64_t max_output_bytes = 50LL << 20U;
  // kernelmedic itself, to look at the kernel's environment beside its start; empty: no look.
  std::filesystem::path checker;
  std::string wrap_text;                                  // --wrap as it was given
  std::filesystem::path home;                             // of the cases
  std::function<void(const std::string& line)> progress;  // one line a cell; empty: none
  std::function<void(const std::string& line)>
      say;  // what a person must know: time limits, trouble
  std::function<void(const supervisor::Lifetime::End& end)>
      died;  // a kernel died: the verdict, as soon as it is there
  // Text on the real fd 1 and 2 of a kernel that is not ipykernel: it belongs to no cell.
  std::function<void(const std::string& text)> kernel_says;
};

struct CellResult {
  int index = 0;       // 1-based, over all cells
  std::string status;  // "ok", "error", "died", "timeout", "interrupted", "skipped", "not run"
  double seconds = 0;
  std::string error;  // "ValueError: ..."; empty where none
};

struct Death {
  int cell = 0;  // index of the cell that it stands under; 0: none
  supervisor::Lifetime::End end;
};

struct RunResult {
  int exit_code = 0;  // of the contract
  std::vector<CellResult> cells;
  std::vector<Death> deaths;
  std::string status;   // "ok", "error", "died", "timeout", "interrupted", "terminated"
  std::string summary;  // one line for stderr
};

// An error with exit code 2 (nothing could be spawned, unreadable) or 5 (output could not be
// written).
struct Refusal {
  Error error;
  std::string next;  // what to type next
  int code = 2;
};

// Blocks until the run is over. Handles SIGINT, SIGTERM and SIGHUP meanwhile (through a
// descriptor).
tl::expected<RunResult, Refusal> run(const RunPlan& plan);

// Completes OUT.ipynb from the journal that a killed run left beside it; true where something was
// restored.
Result<bool> restore_from_journal(const std::filesystem::path& journal,
                                  const std::filesystem::path& notebook);

}  // namespace km::runner
