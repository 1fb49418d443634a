// What follows from the end of a cell: the next one, a fresh kernel, or the end of the run.
#include "kernels/verdict_outputs.h"
#include "runner/notebook_run.h"

#include <fmt/core.h>
#include <string>
#include <string_view>

namespace km::runner {

using supervisor::Request;

namespace {

jupyter::Json lost_variables(std::size_t cell, std::string_view what_happened) {
  return kernels::note_output(fmt::format(
      "The kernel {} in cell {} and was started anew: all variables are gone. A NameError here "
      "follows from that; once the cause is removed, run all cells again.",
      what_happened, cell + 1));
}

}  // namespace

bool NotebookRun::after_cell(CellRun& cell_run, const CellEnd& end, CellResult& result) {
  if (end.how == CellEnd::How::died) return after_death(cell_run, result);
  if (end.how != CellEnd::How::killed) kernel_->lifetime().cell_ends();
  switch (end.how) {
    case CellEnd::How::ok:
    case CellEnd::How::died:
      return true;
    case CellEnd::How::error:
      return after_error(static_cast<std::size_t>(result.index) - 1, end, result);
    case CellEnd::How::timed_out:
    case CellEnd::How::killed:
      return after_limit(cell_run, end, result);
    case CellEnd::How::stopped:
      break;
  }
  result.status = "interrupted";
  result.error =
      run_.stop.exit_code() == 130 ? "the run was ended by Ctrl-C" : "the run was ended by SIGTERM";
  cell_run.add(
      kernels::error_output("RunEnded", result.error + " while this cell was running", {}));
  return false;
}

bool NotebookRun::after_error(std::size_t cell, const CellEnd& end, CellResult& result) {
  const bool expected = run_.out.notebook().has_tag(cell, "raises-exception");
  if (expected && !end.interrupted) return true;  // what it was written for
  result.status = end.interrupted ? "interrupted" : "error";
  result.error = end.error_name + (end.error_value.empty() ? "" : ": ") + end.error_value;
  if (run_.plan.allow_errors || expected) {
    raised_ = raised_ || !expected;
    return true;
  }
  (end.interrupted ? interrupted_ : raised_) = true;
  return false;
}

bool NotebookRun::after_limit(CellRun& cell_run, const CellEnd& end, CellResult& result) {
  const auto cell = static_cast<std::size_t>(result.index) - 1;
  timed_out_ = true;
  result.status = "timeout";
  result.error = end.error_name + ": " + end.error_value;
  cell_run.add(kernels::error_output(end.error_name, end.error_value, result.error));
  if (end.how == CellEnd::How::killed) {
    kernel_->end(Request::time_limit, end.error_value);
    kernel_.reset();
    notes_.push_back(lost_variables(cell, "was killed for a time limit"));
  }
  return run_.plan.allow_errors && !end.total_limit;
}

bool NotebookRun::after_death(CellRun& cell_run, CellResult& result) {
  const auto cell = static_cast<std::size_t>(result.index) - 1;
  const bool speaks_by_pipe = kernel_->is_ipykernel();
  const auto* end = bury("cell", cell);
  if (end == nullptr) {  // our interrupt ended it: a program without a handler for SIGINT
    result.status = "interrupted";
    interrupted_ = true;
    return false;
  }
  const std::string title = end->diagnosis ? end->diagnosis->verdict().title : "the kernel died";
  result.status = "died";
  result.error = "KernelDied: " + title;
  if (speaks_by_pipe) cell_run.add_rest(*end);
  cell_run.add(kernels::verdict_display(end->card));
  cell_run.add(kernels::error_output("KernelDied", title, end->card.text));
  notes_.push_back(lost_variables(cell, "died"));
  return run_.plan.on_death == OnDeath::proceed;
}

bool NotebookRun::leaves(const CellEnd& end, std::size_t cell) {
  // After quit() ipykernel lives on for a moment. With nothing left to run that is a good end.
  if (!end.asks_exit || !next_cell(cell + 1)) return false;
  constexpr std::chrono::seconds kUntilGone{3};
  const auto until = Clock::now() + kUntilGone;
  while (!kernel_->dead() && Clock::now() < until) {
    auto& lifetime = kernel_->lifetime();
    kernel_->client().wait({lifetime.death_fd(), lifetime.stdout_fd(), lifetime.stderr_fd()},
                           std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()));
    lifetime.take(lifetime.stdout_fd());
    lifetime.take(lifetime.stderr_fd());
    for (const auto channel :
         {jupyter::Channel::iopub, jupyter::Channel::shell, jupyter::Channel::control}) {
      while (kernel_->client().receive(channel)) continue;
    }
  }
  return kernel_->dead();
}

const supervisor::Lifetime::End* NotebookRun::bury(std::string_view phase,
                                                   std::optional<std::size_t> cell) {
  auto end = kernel_->finish(phase);
  kernel_.reset();
  if (!end.diagnosis) return nullptr;
  died_ = true;
  result_.deaths.push_back({cell ? static_cast<int>(*cell) + 1 : 0, std::move(end)});
  const auto& kept = result_.deaths.back().end;
  if (run_.plan.died) run_.plan.died(kept);
  return &kept;
}

void NotebookRun::end_of_kernel() {
  if (!kernel_) return;
  if (run_.stop.ends_run()) {
    kernel_->end(run_.stop.exit_code() == 130 ? Request::interrupt : Request::terminated, {});
  } else if (!kernel_->dead()) {
    kernel_->shut_down();
  } else if (const auto* end = bury("idle", last_cell_); end != nullptr && last_cell_) {
    put_under(*last_cell_, *end);
  }
  kernel_.reset();
}

void NotebookRun::put_under(std::size_t cell, const supervisor::Lifetime::End& end) {
  const std::string title = end.diagnosis ? end.diagnosis->verdict().title : "the kernel died";
  jupyter::Json& target = run_.out.notebook().cell(cell);
  if (last_cell_ != cell) {  // it was not run: what a former run left there is not about this one
    target["outputs"] = jupyter::Json::array();
    target["execution_count"] = nullptr;
  }
  for (auto& note : notes_) target["outputs"].push_back(note);
  notes_.clear();
  target["outputs"].push_back(kernels::verdict_display(end.card));
  target["outputs"].push_back(kernels::error_output("KernelDied", title, end.card.text));
  run_.out.write_now();
}

}  // namespace km::runner
