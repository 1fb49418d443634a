// `kernelmedic exec`: any program under the same watch; its output and its exit status are ours.
#include "cli/command.h"
#include "cli/exec_loop.h"
#include "cli/terminal.h"
#include "os/file.h"
#include "report/report.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace km::cli {
namespace {

// As a shell answers where a command cannot be started.
constexpr int kNotFound = 127;
constexpr int kNotStarted = 126;

struct ExecOptions {
  std::vector<std::string> command;
  std::string memory_limit;
  std::string guard;
  std::string report;
  bool quiet = false;
};

// The interpreter of a Python program, for the facts about its packages; else empty.
std::string python_of(const std::string& program) {
  const std::filesystem::path path(program);
  const auto name = path.filename().string();
  if (!name.starts_with("python") || name.find_first_not_of("0123456789.", 6) != std::string::npos)
    return {};
  if (path.has_parent_path()) return program;
  const char* folders = std::getenv("PATH");
  std::string_view rest = folders != nullptr ? folders : "";
  while (!rest.empty()) {
    const auto candidate = std::filesystem::path(rest.substr(0, rest.find(':'))) / name;
    if (::access(candidate.c_str(), X_OK) == 0) return candidate.string();
    rest.remove_prefix(std::min(rest.find(':'), rest.size() - 1) + 1);
  }
  return {};
}

Result<supervisor::LifetimePlan> plan_of(const ExecOptions& options) {
  supervisor::LifetimePlan plan;
  plan.subject = "program";
  plan.name = fmt::format("{}", fmt::join(options.command, " "));
  plan.child.argv = options.command;
  plan.python = python_of(options.command.front());
  plan.home = home();
  KM_ASSIGN(plan.memory_limit_bytes, parse_memory_limit(options.memory_limit));
  return plan;
}

int refuse_start(const Error& error, const std::string& program) {
  if (error.code == std::errc::no_such_file_or_directory) {
    const bool is_path = program.find('/') != std::string::npos;
    return refuse(error,
                  is_path ? "ls -l " + program
                          : "command -v " + program + "   (is it installed, and on PATH?)",
                  kNotFound);
  }
  if (error.code == std::errc::permission_denied) {
    return refuse(error,
                  "chmod +x " + program + "   (or name its interpreter: python " + program + ")",
                  kNotStarted);
  }
  return refuse(error, "kernelmedic exec --help", kNotStarted);
}

// What the one who set a limit must know before the program runs.
void tell_limit_gaps(const ExecLoop& loop) {
  for (const auto& gap : loop.gaps()) {
    if (gap.what.starts_with("memory limit")) {
      fmt::print(stderr, "kernelmedic: no {}: {}\n  {}\n", gap.what, gap.why, gap.remedy);
    }
  }
}

void write_report(const std::string& file, const supervisor::Lifetime::End& end) {
  if (file.empty()) return;
  const auto text = end.diagnosis ? end.card.json : report::nothing_died_json();
  // The exit status is the program's even then.
  if (const auto written = os::write_file(file, text); !written) {
    refuse(written.error(), "choose another place: --report FILE");
  }
}

int exec(const ExecOptions& options) {
  auto plan = plan_of(options);
  if (!plan) return refuse(plan.error(), "kernelmedic exec --help");
  if (!options.quiet && !options.guard.empty()) note_guard(options.guard);
  const auto loop = ExecLoop::start(std::move(*plan));
  if (!loop) return refuse_start(loop.error(), options.command.front());
  if (!options.quiet) tell_limit_gaps(**loop);
  const auto end = (*loop)->run();
  if (end.diagnosis)
    fmt::print(stderr, "\n{}",
               report::to_terminal(*end.diagnosis, options_for_terminal(STDERR_FILENO)));
  write_report(options.report, end);
  return end.status.as_shell();
}

}  // namespace

void add_exec(CLI::App& app, Outcome& outcome) {
  auto options =
      std::make_shared<ExecOptions>();  // shared by the parser, which fills it, and the callback
  auto* command =
      app.add_subcommand("exec", "Run any program under the same watch; if it dies, say why");
  command->add_option("CMD", options->command, "The program and its arguments, after --")
      ->required();
  command->add_option("--memory-limit", options->memory_limit,
                      "Memory the program may use: 2G, 512M");
  command->add_option("--guard", options->guard, "Memory guard: on, warn or off")
      ->check(CLI::IsMember({"on", "warn", "off"}));
  command->add_option("--report", options->report, "Write the report as JSON");
  command->add_flag("-q,--quiet", options->quiet, "No notes; a verdict and errors only");
  command->footer(
      "Example:\n"
      "  kernelmedic exec --memory-limit 4G --report why.json -- python train.py --epochs 3\n"
      "Exit: that of CMD, 128+n where signal n ended it; 127 CMD not found, 126 it cannot be "
      "started, 2 usage");
  command->callback([options, &outcome] { outcome.code = exec(*options); });
}

}  // namespace km::cli
