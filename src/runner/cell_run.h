// Runs one cell: sends it, gathers what comes back on messages and pipes, and ends with the cell,
// the kernel, a time limit or a signal.
#pragma once

#include "jupyter/output_widgets.h"
#include "jupyter/outputs.h"
#include "jupyter/widgets.h"
#include "runner/kernel_session.h"
#include "runner/out_file.h"
#include "runner/output_order.h"
#include "runner/run.h"

#include <cstddef>
#include <map>
#include <optional>
#include <string>

namespace km::runner {

// What all cells of a run share.
struct RunState {
  const RunPlan& plan;         // of the caller of run()
  const os::Signals& signals;  // as above
  OutFile out;
  StopRequest stop = {};
  jupyter::WidgetStates widgets{64LL << 20U};
  jupyter::OutputWidgets output_widgets{plan.max_output_bytes};
  std::map<std::size_t, jupyter::CellOutputs> displays =
      {};  // of earlier cells that have any: they may still change
  std::optional<Clock::time_point> total_deadline = {};
};

struct CellEnd {
  enum class How {
    ok,
    error,      // it raised
    timed_out,  // a limit passed, and an interrupt ended the cell; the kernel lives
    killed,     // a limit passed, and the interrupt did not help
    died,       // the kernel is gone
    stopped,    // a signal ends the run; the kernel lives
  };
  How how = How::ok;
  std::string error_name;
  std::string error_value;
  bool asks_exit = false;    // quit(): the kernel is about to leave
  bool total_limit = false;  // the limit was that of the whole run
  bool interrupted = false;  // by Ctrl-C
};

class CellRun {
 public:
  // `notes` stand above the cell's own outputs. Both references outlive this.
  CellRun(RunState& run, KernelSession& kernel, std::size_t cell, const jupyter::Json& notes);

  // `count`: the number in the prompt, as nbclient counts. `allows_errors`: the requests behind it
  // are not aborted. The lifetime still counts the cell as running afterwards.
  CellEnd run(int count, bool allows_errors);
  // After a death, the kernel gone: what its children still said while it was looked at.
  void add_rest(const supervisor::Lifetime::End& end);
  // After run(): what we have to say, below the cell's own outputs.
  void add(const jupyter::Json& output);
  // Hands outputs, count and timing over to the notebook.
  void close();

 private:
  enum class Limit { none, cell, total };

  std::optional<CellEnd> look(Clock::time_point now);
  std::chrono::milliseconds pause(Clock::time_point now) const;
  void read_pipes();
  void read_shell();
  void read_iopub();
  void take_message(jupyter::Message message);
  void take_ordered();
  void take_output(const jupyter::Message& message);
  void take_text(const PipeText& piece);
  void tell_output_widgets();
  std::optional<CellEnd> read_signals(Clock::time_point now);
  std::optional<CellEnd> check_limits(Clock::time_point now);
  CellEnd finished() const;
  CellEnd died();
  jupyter::Json& cell() { return run_.out.notebook().cell(index_); }

  RunState& run_;
  KernelSession& kernel_;
  std::size_t index_;
  int count_ = 0;
  jupyter::CellOutputs outputs_;
  jupyter::Json execution_ = jupyter::Json::object();
  OutputOrder order_;
  bool has_displays_ = false;
  bool added_ = false;
  bool interrupted_ = false;
  std::string request_;  // id
  std::optional<jupyter::Message> reply_;
  std::optional<Clock::time_point> replied_at_;
  std::optional<Clock::time_point> idle_at_;
  OutputOrder::Time pipes_empty_at_{};
  std::optional<Clock::time_point> deadline_;
  Clock::time_point progress_at_{};
  Limit limit_ = Limit::none;  // that has passed
  std::optional<Clock::time_point> kill_at_;
};

}  // namespace km::runner
