// `kernelmedic check`: will this environment run here, and if not, what exactly kills it.
#include "cli/check_target.h"
#include "cli/command.h"
#include "cli/terminal.h"
#include "diagnosis/diagnose.h"
#include "report/report.h"
#include "runner/shell_words.h"
#include "scan/scan.h"

#include <algorithm>
#include <cstdio>
#include <fmt/core.h>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace km::cli {
namespace {

struct CheckOptions {
  std::string python;
  std::string kernel;
  std::string platform;
  std::string wrap;
  std::string probe;
  std::string format = "text";
  bool no_probe = false;
  bool strict = false;
  bool verbose = false;
  bool quiet = false;
};

constexpr int kFound = 1;  // of the contract: a [✗], with --strict also a [!]

int exit_code(const std::vector<diagnosis::Finding>& findings, bool strict) {
  return std::any_of(findings.begin(), findings.end(),
                     [&](const diagnosis::Finding& finding) {
                       return strict || finding.confidence == diagnosis::Confidence::certain;
                     })
             ? kFound
             : kOk;
}

bool print_all(const std::string& text) {
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() &&
         std::fflush(stdout) == 0;
}

int run_check(const CheckOptions& options) {
  std::vector<std::string> wrap;
  if (!options.wrap.empty()) {
    auto words = runner::split_words(options.wrap);
    if (!words)
      return refuse(std::move(words).error().within("--wrap"), "kernelmedic check --help");
    wrap = std::move(*words);
  }
  auto target = find_check_target(options.python, options.kernel, options.platform);
  if (!target)
    return refuse(target.error(),
                  "kernelmedic check --python /path/to/environment   or   --kernel NAME");
  report::Checkup checkup;
  checkup.environment = target->environment.prefix.string();
  const auto inventory = scan::take_inventory(std::move(target->environment));
  checkup.diagnosis.casefile = scan::scan(inventory, target->around, wrap);
  checkup.diagnosis.findings =
      diagnosis::examine(checkup.diagnosis.casefile, diagnosis::built_in_rules());
  report::Options look = options_for_terminal(STDOUT_FILENO);
  look.verbose = options.verbose;
  const bool written =
      print_all(options.format == "json" ? report::checkup_to_json(checkup)
                                         : report::checkup_to_terminal(checkup, look));
  if (!written) return refuse(fail_errno("cannot write to standard output").value());
  return exit_code(checkup.diagnosis.findings, options.strict);
}

}  // namespace

void add_check(CLI::App& app, Outcome& outcome) {
  auto options = std::make_shared<CheckOptions>();  // owned by the callback below
  CLI::App* command = app.add_subcommand(
      "check",
      "Looks at a Python environment before anything is imported: what would kill a kernel");
  auto* python = command->add_option("--python", options->python,
                                     "Interpreter, or folder of the environment; without it the "
                                     "active environment, else python3");
  command->add_option("--kernel", options->kernel, "Environment of this kernelspec")
      ->excludes(python);
  command->add_option("--platform", options->platform,
                      "Where it is to run, if not here: macos-15-arm64, linux-x86_64");
  command->add_option("--wrap", options->wrap,
                      "Command that the interpreter is started through, such as an emulator");
  auto* no_probe =
      command->add_flag("--no-probe", options->no_probe, "Only look; start no interpreter");
  command->add_option("--probe", options->probe, "Ask this one probe alone")->excludes(no_probe);
  command->add_flag("--strict", options->strict, "Exit 1 for a [!] too");
  command->add_option("--format", options->format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command->add_flag("-v,--verbose", options->verbose, "All values behind a finding");
  command->add_flag("-q,--quiet", options->quiet, "No progress");
  command->footer(
      "Examples:\n"
      "  kernelmedic check\n"
      "  kernelmedic check --kernel python3 --no-probe\n"
      "  kernelmedic check --python ~/from-the-mac/venv --platform macos-15-arm64\n"
      "Exit: 0 no [✗], 1 a [✗], 2 could not look");
  command->callback([options, &outcome] { outcome.code = run_check(*options); });
}

}  // namespace km::cli
