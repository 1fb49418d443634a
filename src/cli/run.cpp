// `kernelmedic run`: options in, a notebook run, its verdicts on stderr, its exit code out.
#include "runner/run.h"

#include "cli/command.h"
#include "cli/terminal.h"
#include "os/file.h"
#include "os/self.h"
#include "report/report.h"
#include "runner/shell_words.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fmt/core.h>
#include <memory>
#include <string>
#include <unistd.h>

namespace km::cli {
namespace {

constexpr int kNotWritten = 5;  // of the contract

struct RunOptions {
  std::string notebook;
  std::string out;
  std::string kernel;
  std::string python;
  std::string wrap;
  std::string memory_limit;
  std::string guard = "off";
  std::string on_death = "stop";
  bool allow_errors = false;
  double timeout = 0;
  double total_timeout = 0;
  double startup_timeout = 60;
  std::string max_output = "50M";
  std::string report;
  bool quiet = false;
};

void print_line(const std::string& line) { fmt::print(stderr, "{}\n", line); }

std::chrono::milliseconds from_seconds(double seconds) {
  constexpr double kLongest = 10.0 * 365 * 86'400;
  return std::chrono::milliseconds(std::llround(std::min(seconds, kLongest) * 1000));
}

Result<runner::RunPlan> plan_of(const RunOptions& options) {
  runner::RunPlan plan;
  plan.notebook = options.notebook;
  plan.out = options.out;
  if (options.out.empty()) {
    plan.out = plan.notebook;
    plan.out.replace_extension(".out.ipynb");
  }
  plan.kernel = options.kernel;
  // The kernel starts in the notebook's folder, not in ours.
  plan.python = options.python.find('/') == std::string::npos
                    ? options.python
                    : std::filesystem::absolute(options.python).string();
  if (!options.wrap.empty()) {
    auto words = runner::split_words(options.wrap);
    if (!words) return tl::make_unexpected(std::move(words).error().within("--wrap"));
    plan.wrap = std::move(*words);
    plan.wrap_text = options.wrap;
  }
  KM_ASSIGN(plan.memory_limit_bytes, parse_memory_limit(options.memory_limit));
  auto most = parse_size(options.max_output);
  if (!most) return tl::make_unexpected(std::move(most).error().within("--max-output"));
  plan.max_output_bytes = *most;
  plan.on_death = options.on_death == "continue" ? runner::OnDeath::proceed : runner::OnDeath::stop;
  plan.allow_errors = options.allow_errors;
  if (options.timeout > 0) plan.cell_timeout = from_seconds(options.timeout);
  if (options.total_timeout > 0) plan.total_timeout = from_seconds(options.total_timeout);
  plan.startup_timeout = from_seconds(options.startup_timeout);
  plan.home = home();
  plan.checker = os::own_executable();
  return plan;
}

void speak(runner::RunPlan& plan, bool quiet) {
  plan.say = [](const std::string& line) { print_line("kernelmedic: " + line); };
  plan.died = [](const supervisor::Lifetime::End& end) {
    if (!end.diagnosis) return;
    fmt::print(stderr, "\n{}",
               report::to_terminal(*end.diagnosis, options_for_terminal(STDERR_FILENO)));
  };
  if (quiet) return;
  if (::isatty(STDERR_FILENO) == 1) plan.progress = print_line;
  plan.kernel_says = [](const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stderr);
  };
}

Result<> write_report(const RunOptions& options, const runner::RunPlan& plan,
                      const runner::RunResult& result) {
  if (options.report.empty()) return {};
  report::RunSummary summary;
  summary.notebook = plan.notebook.string();
  summary.out = plan.out.string();
  summary.status = result.status;
  summary.exit_code = result.exit_code;
  for (const auto& cell : result.cells)
    summary.cells.push_back({cell.index, cell.status, cell.seconds, cell.error});
  for (const auto& death : result.deaths) {
    const auto& verdict = death.end.diagnosis->verdict();
    summary.deaths.push_back(
        {death.end.diagnosis->casefile.id, death.cell, verdict.cause, verdict.title});
  }
  const auto* first = result.deaths.empty() ? nullptr : &*result.deaths.front().end.diagnosis;
  return os::write_file(options.report, report::run_to_json(summary, first));
}

int run(const RunOptions& options) {
  auto plan = plan_of(options);
  if (!plan) return refuse(plan.error(), "kernelmedic run --help");
  if (!options.kernel.empty() && !options.python.empty()) {
    return refuse({"--kernel and --python exclude each other", {}},
                  "kernelmedic run " + options.notebook + " --kernel " + options.kernel);
  }
  if (!options.quiet) note_guard(options.guard);
  speak(*plan, options.quiet);
  const auto result = runner::run(*plan);
  if (!result) return refuse(result.error().error, result.error().next, result.error().code);
  if (!options.quiet) {
    print_line(fmt::format("kernelmedic: {}; written to {}", result->summary, plan->out.string()));
  }
  if (const auto written = write_report(options, *plan, *result); !written) {
    return refuse(written.error(), "choose another place: --report FILE", kNotWritten);
  }
  return result->exit_code;
}

}  // namespace

void add_run(CLI::App& app, Outcome& outcome) {
  auto options =
      std::make_shared<RunOptions>();  // shared by the parser, which fills it, and the callback
  auto* command =
      app.add_subcommand("run", "Run a notebook under supervision; if its kernel dies, say why");
  command->add_option("NOTEBOOK", options->notebook, "Notebook to run (.ipynb); it is not changed")
      ->required();
  command->add_option("-o,--out", options->out,
                      "Where the executed notebook goes; default: NOTEBOOK with .out.ipynb");
  command->add_option("--kernel", options->kernel,
                      "Kernelspec to use instead of the notebook's own");
  command->add_option("--python", options->python,
                      "Python interpreter to use (it needs ipykernel)");
  command->add_option("--wrap", options->wrap,
                      "Command that the kernel is started through, such as an emulator");
  command->add_option("--memory-limit", options->memory_limit,
                      "Memory the kernel may use: 2G, 512M");
  command->add_option("--guard", options->guard, "Memory guard: on, warn or off")
      ->check(CLI::IsMember({"on", "warn", "off"}))
      ->capture_default_str();
  command
      ->add_option("--on-death", options->on_death,
                   "After a death: stop, or continue with a fresh kernel")
      ->check(CLI::IsMember({"stop", "continue"}))
      ->capture_default_str();
  command->add_flag("--allow-errors", options->allow_errors, "Go on after a cell that raises");
  command->add_option("--timeout", options->timeout, "Seconds that one cell may take")
      ->check(CLI::NonNegativeNumber);
  command
      ->add_option("--total-timeout", options->total_timeout, "Seconds that the whole run may take")
      ->check(CLI::NonNegativeNumber);
  command
      ->add_option("--startup-timeout", options->startup_timeout,
                   "Seconds until the kernel must have answered")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command
      ->add_option("--max-output", options->max_output,
                   "Output of one cell that is kept; more is cut in its middle")
      ->capture_default_str();
  command->add_option("--report", options->report, "Write a report of the run as JSON");
  command->add_flag("-q,--quiet", options->quiet, "No progress; verdicts and errors only");
  command->footer(
      "Example:\n"
      "  kernelmedic run train.ipynb -o done.ipynb --memory-limit 4G --report run.json\n"
      "Exit: 0 all cells fine, 1 a cell raised or timed out, 2 nothing could be started, 3 the "
      "kernel died,\n"
      "      5 the output could not be written, 130 / 143 ended by Ctrl-C / SIGTERM");
  command->callback([options, &outcome] { outcome.code = run(*options); });
}

}  // namespace km::cli
