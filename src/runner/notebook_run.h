// A notebook from its first cell to its last, through as many kernels as die on the way.
#pragma once

#include "kernels/forewarning.h"
#include "runner/cell_run.h"
#include "runner/kernel_session.h"
#include "runner/run.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace km::runner {

class NotebookRun {
 public:
  NotebookRun(RunState& run, KernelPlan kernel_plan)
      : run_(run), kernel_plan_(std::move(kernel_plan)) {}

  // The first kernel. An error only where nothing could be started; a kernel that dies or stays
  // silent is a result.
  Result<> start();
  // All cells, then the end of the kernel. After start().
  RunResult run();

 private:
  // Before a cell: is there time, did nobody ask to stop, is there a kernel? The cell's number is
  // for what is to be said.
  bool may_go_on();
  bool have_kernel(std::size_t cell);
  // Waits for the answer of a kernel that has just been started.
  bool greet(std::optional<std::size_t> cell);

  // True where the run goes on.
  bool run_cell(std::size_t cell);
  bool after_cell(CellRun& cell_run, const CellEnd& end, CellResult& result);
  bool after_error(std::size_t cell, const CellEnd& end, CellResult& result);
  bool after_limit(CellRun& cell_run, const CellEnd& end, CellResult& result);
  bool after_death(CellRun& cell_run, CellResult& result);
  bool leaves(const CellEnd& end, std::size_t cell);

  // Judges the dead kernel; null where its end was asked for.
  const supervisor::Lifetime::End* bury(std::string_view phase, std::optional<std::size_t> cell);
  void end_of_kernel();
  void put_under(std::size_t cell, const supervisor::Lifetime::End& end);

  bool runs(std::size_t cell) const;
  std::optional<std::size_t> next_cell(std::size_t from) const;
  void warn();  // of what is sure to kill the kernel, under the next cell too
  void tell(const std::string& line) const;
  void tell_trouble();

  RunState& run_;  // of run(), who outlives this
  KernelPlan kernel_plan_;
  std::unique_ptr<KernelSession> kernel_;              // null: none is alive
  std::unique_ptr<kernels::Forewarning> forewarning_;  // of the first kernel
  int count_ = 0;                                      // cells that this kernel ran
  jupyter::Json notes_ = jupyter::Json::array();       // for the next cell
  std::optional<std::size_t> last_cell_;               // that was run
  RunResult result_;
  bool died_ = false;
  bool raised_ = false;
  bool timed_out_ = false;
  bool interrupted_ = false;  // Ctrl-C ended a cell, and that the run
};

}  // namespace km::runner
