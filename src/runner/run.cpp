// From a plan to a run: reads, chooses, checks, and only then starts something.
#include "runner/run.h"

#include "jupyter/notebook.h"
#include "os/file.h"
#include "runner/kernel_choice.h"
#include "runner/notebook_run.h"
#include "runner/out_file.h"

#include <fmt/core.h>
#include <system_error>
#include <utility>

namespace km::runner {
namespace {

using RunOutcome = tl::expected<RunResult, Refusal>;

tl::unexpected<Refusal> refuse(Error error, std::string next, int code = 2) {
  return tl::make_unexpected(Refusal{std::move(error), std::move(next), code});
}

bool is_full(const Error& error) {
  return error.code == std::errc::no_space_on_device ||
         error.code == std::error_code(EDQUOT, std::generic_category()) ||
         error.code == std::errc::file_too_large || error.code == std::errc::io_error;
}

tl::unexpected<Refusal> refuse_out(Error error, const RunPlan& plan) {
  const int code = is_full(error) ? 5 : 2;
  return refuse(std::move(error),
                fmt::format("write it elsewhere: kernelmedic run {} -o /path/to/OUT.ipynb",
                            plan.notebook.string()),
                code);
}

bool same_file(const std::filesystem::path& a, const std::filesystem::path& b) {
  std::error_code ignored;
  return std::filesystem::equivalent(a, b, ignored);
}

tl::unexpected<Refusal> refuse_start(Error error, const RunPlan& plan,
                                     const jupyter::KernelSpec& spec) {
  std::string next;
  if (!plan.wrap.empty()) {
    next = fmt::format("is --wrap right? try: {} --version", plan.wrap.front());
  } else if (!plan.python.empty()) {
    next = fmt::format("is --python right? try: {} -m ipykernel_launcher --version", plan.python);
  } else {
    next = fmt::format(
        "the kernelspec {} names it; choose a Python: kernelmedic run {} --python /path/to/python3",
        (spec.folder / "kernel.json").string(), plan.notebook.string());
  }
  return refuse(std::move(error).within("the kernel could not be started"), std::move(next));
}

KernelPlan kernel_plan(const RunPlan& plan, jupyter::KernelSpec spec) {
  KernelPlan kernel;
  kernel.spec = std::move(spec);
  kernel.wrap = plan.wrap;
  kernel.folder = std::filesystem::absolute(plan.notebook).parent_path();
  kernel.memory_limit_bytes = plan.memory_limit_bytes;
  kernel.home = plan.home;
  kernel.notebook = plan.notebook;
  kernel.out = std::filesystem::absolute(plan.out);
  kernel.journal = journal_of(kernel.out);
  return kernel;
}

}  // namespace

RunOutcome run(const RunPlan& plan) {
  auto text = os::read_file(plan.notebook, kLargestNotebook);
  if (!text) return refuse(std::move(text).error(), "kernelmedic run NOTEBOOK.ipynb");
  auto notebook = jupyter::Notebook::parse(*text);
  if (!notebook) {
    return refuse(std::move(notebook).error().within("cannot run " + plan.notebook.string()),
                  "kernelmedic run NOTEBOOK.ipynb");
  }
  text->clear();
  text->shrink_to_fit();
  if (notebook->size() == 0) {
    return refuse({plan.notebook.string() + " has no cells", {}},
                  "add a cell, or name another notebook: kernelmedic run NOTEBOOK.ipynb");
  }
  if (same_file(plan.notebook, plan.out)) {
    return refuse({"the output would replace the notebook itself", {}},
                  fmt::format("kernelmedic run {} -o OUT.ipynb", plan.notebook.string()));
  }
  auto spec = choose_kernel(plan, *notebook, jupyter::data_paths());
  if (!spec) return tl::make_unexpected(std::move(spec).error());
  auto signals = os::Signals::take_over();
  if (!signals) return refuse(std::move(signals).error(), {});
  auto out = OutFile::open(plan.out, std::move(*notebook));
  if (!out) return refuse_out(std::move(out).error(), plan);
  RunState state{plan, *signals, std::move(*out)};
  NotebookRun notebook_run(state, kernel_plan(plan, *spec));
  if (auto started = notebook_run.start(); !started)
    return refuse_start(std::move(started).error(), plan, *spec);
  if (auto begun = state.out.start(plan.max_output_bytes); !begun)
    return refuse_out(std::move(begun).error(), plan);
  RunResult result = notebook_run.run();
  if (auto closed = state.out.close(plan.home / "rescued"); !closed) {
    return refuse(
        std::move(closed).error().within("the run is over, but its output could not be written"),
        fmt::format("make room, then: kernelmedic run {} -o /path/to/OUT.ipynb",
                    plan.notebook.string()),
        5);
  }
  return result;
}

}  // namespace km::runner
