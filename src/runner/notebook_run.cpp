// The loop over the cells; what follows from the end of a cell is in after_cell.cpp.
#include "runner/notebook_run.h"

#include "kernels/verdict_outputs.h"
#include "runner/outcome.h"
#include "runner/progress_line.h"

#include <algorithm>
#include <csignal>
#include <fmt/core.h>
#include <string_view>
#include <utility>

namespace km::runner {

using supervisor::Request;

Result<> NotebookRun::start() {
  if (run_.plan.total_timeout) run_.total_deadline = Clock::now() + *run_.plan.total_timeout;
  KM_ASSIGN(kernel_, KernelSession::spawn(kernel_plan_));
  forewarning_ = kernels::Forewarning::begin(
      {run_.plan.checker, kernel_plan_.spec.python(), run_.plan.wrap_text, kernel_plan_.folder});
  for (const auto& gap : kernel_->lifetime().gaps()) {
    // Whoever set a limit must know before the run that it is none, or a weaker one.
    if (gap.what.starts_with("memory limit"))
      tell("no " + gap.what + ": " + gap.why + "; " + gap.remedy);
  }
  return {};
}

RunResult NotebookRun::run() {
  bool going = greet(next_cell(0));
  for (std::size_t cell = 0; cell < run_.out.notebook().size(); ++cell) {
    if (!runs(cell)) {
      if (run_.out.notebook().has_tag(cell, "skip-execution")) {
        result_.cells.push_back({static_cast<int>(cell) + 1, "skipped", 0, {}});
      }
      continue;
    }
    going = going && may_go_on() && have_kernel(cell);
    if (going) {
      going = run_cell(cell);
    } else {
      result_.cells.push_back({static_cast<int>(cell) + 1, "not run", 0, {}});
    }
  }
  end_of_kernel();
  tell_trouble();
  if (!run_.widgets.empty()) run_.out.notebook().metadata()["widgets"] = run_.widgets.to_json();
  Happened happened;
  happened.asked_to_end = run_.stop.ends_run() ? run_.stop.exit_code()
                          : interrupted_       ? 128 + SIGINT
                                               : 0;
  happened.died = died_;
  happened.raised = raised_;
  happened.timed_out = timed_out_;
  auto [exit_code, status] = outcome_of(happened);
  result_.exit_code = exit_code;
  result_.status = std::move(status);
  result_.summary = summary_line(result_.cells);
  return std::move(result_);
}

bool NotebookRun::may_go_on() {
  while (const auto number = run_.signals.next()) run_.stop.on_signal(*number, false, Clock::now());
  if (run_.stop.ends_run()) return false;
  if (!run_.total_deadline || Clock::now() < *run_.total_deadline) return true;
  tell("the time of the run (--total-timeout) is over; the remaining cells are not run");
  timed_out_ = true;
  return false;
}

bool NotebookRun::have_kernel(std::size_t cell) {
  if (kernel_ && kernel_->dead()) {
    // It died while no cell was running: the next cell is where a person looks.
    const auto* end = bury("idle", cell);
    if (end == nullptr) return false;
    if (run_.plan.on_death == OnDeath::stop) {
      put_under(cell, *end);
      return false;
    }
    notes_.push_back(kernels::verdict_display(end->card));
    notes_.push_back(kernels::note_output(
        "The kernel died before this cell and was started anew: all variables are "
        "gone. A NameError "
        "here follows from that."));
  }
  if (kernel_) return true;
  auto fresh = KernelSession::spawn(kernel_plan_);
  if (!fresh) {
    tell("no fresh kernel could be started: " + fresh.error().what);
    return false;
  }
  kernel_ = std::move(*fresh);
  return greet(cell);
}

bool NotebookRun::greet(std::optional<std::size_t> cell) {
  auto limit = run_.plan.startup_timeout;
  if (run_.total_deadline) {
    limit = std::min(
        limit, std::chrono::ceil<std::chrono::milliseconds>(*run_.total_deadline - Clock::now()));
  }
  switch (kernel_->wait_for_answer(limit, run_.signals, run_.stop)) {
    case KernelSession::Answer::ready:
      count_ = 0;
      if (kernel_->language_info().is_object()) {
        run_.out.notebook().metadata()["language_info"] = kernel_->language_info();
      }
      return true;
    case KernelSession::Answer::stopped:
      return false;
    case KernelSession::Answer::silent:
      kernel_->end(Request::time_limit, fmt::format("no answer within {} s", limit.count() / 1000));
      if (limit <
          run_.plan
              .startup_timeout) {  // the run had no more time, which says nothing about the kernel
        tell("the time of the run (--total-timeout) is over before the kernel has answered");
        kernel_.reset();
        timed_out_ = true;
        return false;
      }
      break;
    case KernelSession::Answer::died:
      break;
  }
  const auto* end = bury("start", cell);
  if (end != nullptr && cell) put_under(*cell, *end);
  return false;
}

void NotebookRun::warn() {
  if (!forewarning_) return;
  for (const std::string& sentence : forewarning_->take()) {
    tell("before it dies: " + sentence);
    notes_.push_back(
        kernels::note_output("Seen before it happens, by `kernelmedic check`: " + sentence));
  }
}

bool NotebookRun::run_cell(std::size_t cell) {
  warn();
  CellRun cell_run(run_, *kernel_, cell, std::exchange(notes_, jupyter::Json::array()));
  last_cell_ = cell;
  ++count_;
  CellResult result{static_cast<int>(cell) + 1, "ok", 0, {}};
  const auto begun = Clock::now();
  const bool allows_errors =
      run_.plan.allow_errors || run_.out.notebook().has_tag(cell, "raises-exception");
  CellEnd end = cell_run.run(count_, allows_errors);
  if (leaves(end, cell)) end.how = CellEnd::How::died;
  result.seconds = std::chrono::duration<double>(Clock::now() - begun).count();
  const std::int64_t memory = kernel_->lifetime().memory_bytes();
  const bool goes_on = after_cell(cell_run, end, result);
  cell_run.close();
  if (end.how == CellEnd::How::died || end.how == CellEnd::How::killed) run_.out.write_now();
  tell_trouble();
  if (run_.plan.progress)
    run_.plan.progress(progress_line(result, run_.out.notebook().size(), memory));
  result_.cells.push_back(std::move(result));
  return goes_on;
}

bool NotebookRun::runs(std::size_t cell) const {
  const auto& notebook = run_.out.notebook();
  // Python's str.strip(), as nbclient asks; the blanks beyond ASCII are not worth a table.
  constexpr std::string_view kBlanks = " \t\n\r\f\v\x1c\x1d\x1e\x1f";
  return notebook.is_code(cell) && !notebook.has_tag(cell, "skip-execution") &&
         notebook.source(cell).find_first_not_of(kBlanks) != std::string::npos;
}

std::optional<std::size_t> NotebookRun::next_cell(std::size_t from) const {
  for (std::size_t cell = from; cell < run_.out.notebook().size(); ++cell) {
    if (runs(cell)) return cell;
  }
  return std::nullopt;
}

void NotebookRun::tell(const std::string& line) const {
  if (run_.plan.say) run_.plan.say(line);
}

void NotebookRun::tell_trouble() {
  if (const auto trouble = run_.out.take_trouble()) {
    tell(trouble->what + "; the run goes on, and writing is tried again");
  }
}

}  // namespace km::runner
