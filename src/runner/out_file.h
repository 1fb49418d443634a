// OUT.ipynb and its journal while a run goes on: what is finished is safe at any moment, and
// writing it costs a bounded share of the time however large the notebook becomes.
#pragma once

#include "jupyter/notebook.h"
#include "jupyter/outputs.h"
#include "os/file.h"
#include "result.h"
#include "runner/journal.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace km::runner {

inline constexpr std::int64_t kLargestNotebook = std::int64_t{1} << 30;  // that we read

// When OUT may be rewritten: at most a twentieth of the time goes into it, and not more often than
// every 5 s.
class RewriteRate {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::seconds kAtLeast{5};
  static constexpr int kTimesItsCost = 20;

  bool due(Time now) const { return now >= next_; }
  void wrote(Time now, std::chrono::steady_clock::duration took);

 private:
  Time next_{};
};

// The timing goes beside what else is in the cell's metadata.
void keep_timing(jupyter::Json& cell, const jupyter::Json& execution);

class OutFile {
 public:
  // Writes the notebook beside `path`: a place that cannot be written is found before a kernel
  // starts, and an OUT of an earlier run stays until there is one.
  static Result<OutFile> open(std::filesystem::path path, jupyter::Notebook notebook);
  // There is a kernel: OUT becomes the notebook as it stands, and the journal begins.
  Result<> start(std::int64_t max_output_bytes);

  jupyter::Notebook& notebook() { return notebook_; }
  const jupyter::Notebook& notebook() const { return notebook_; }
  const std::filesystem::path& path() const { return path_; }

  // The rest is for after start().
  void begin(std::size_t cell, const jupyter::Json& before);
  // An output message of the running cell that `outputs` has taken.
  void message(std::string_view type, const jupyter::Json& content,
               const jupyter::CellOutputs& outputs);
  // From time to time while the cell runs: the journal reaches the system, OUT is rewritten when it
  // may be.
  void progress(const jupyter::CellOutputs& outputs, RewriteRate::Time now);
  // The cell has ended; its outputs, count and timing are in notebook(). `all_outputs`: not all
  // came by message().
  void end(bool all_outputs, RewriteRate::Time now);
  // The outputs of an earlier cell changed.
  void changed(std::size_t cell, const jupyter::CellOutputs& outputs);
  // Now, whatever the rate: after a death.
  void write_now();
  // At the end: OUT, and the journal goes. On failure the journal stays, and what is finished is
  // also written below `rescue_folder` if that can be: the path is in the error.
  Result<> close(const std::filesystem::path& rescue_folder);

  // The first thing that could not be written, told once.
  std::optional<Error> take_trouble();

 private:
  OutFile(std::filesystem::path path, jupyter::Notebook notebook, os::AtomicFile first)
      : path_(std::move(path)), notebook_(std::move(notebook)), first_(std::move(first)) {}
  Result<> write();
  void note(Result<> outcome);

  std::filesystem::path path_;
  jupyter::Notebook notebook_;
  std::optional<os::AtomicFile> first_;  // until start()
  std::optional<Journal> journal_;       // from start() on
  RewriteRate rate_;
  std::size_t cell_ = 0;
  bool fresh_ = false;  // the running cell has output that OUT lacks
  std::optional<Error> trouble_;
  bool trouble_told_ = false;
};

}  // namespace km::runner
