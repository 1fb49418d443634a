// `kernelmedic check`: will this environment run here, and if not, what exactly kills it.
#include "cli/check_cache.h"
#include "cli/check_fix.h"
#include "cli/check_probes.h"
#include "cli/check_target.h"
#include "cli/command.h"
#include "cli/terminal.h"
#include "diagnosis/diagnose.h"
#include "probe/probe.h"
#include "report/report.h"
#include "runner/shell_words.h"
#include "scan/identity.h"
#include "scan/scan.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fmt/core.h>
#include <memory>
#include <string>
#include <system_error>
#include <unistd.h>
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
  bool recall = false;  // for ourselves at the start of a kernel: what was found before will do
  bool strict = false;
  bool fix = false;
  bool verbose = false;
  bool quiet = false;
};

constexpr int kFound = 1;  // of the contract: a [✗], with --strict also a [!]

// The worst first; of equal ones the order of the judges, the scan's before the probes'.
void add_finding(report::Checkup& checkup, diagnosis::Finding finding, bool deadly) {
  const auto& known = checkup.deadly;
  const auto place = deadly ? std::find(known.begin(), known.end(), false) - known.begin()
                            : static_cast<std::ptrdiff_t>(known.size());
  checkup.deadly.insert(checkup.deadly.begin() + place, deadly);
  auto& findings = checkup.diagnosis.findings;
  findings.insert(findings.begin() + place, std::move(finding));
}

int exit_code(const report::Checkup& checkup, bool strict) {
  const bool any_deadly =
      std::find(checkup.deadly.begin(), checkup.deadly.end(), true) != checkup.deadly.end();
  return any_deadly || (strict && !checkup.deadly.empty()) ? kFound : kOk;
}

// What is asked now, on a terminal: imports take seconds.
probe::Progress progress_of(const CheckOptions& options) {
  if (options.quiet || ::isatty(STDERR_FILENO) != 1) return {};
  return [](std::string_view question) { fmt::print(stderr, "\r\x1b[K{} ...", question); };
}

// False: somebody stopped it.
bool ask_probes(const scan::Inventory& inventory, const scan::Surroundings& around,
                const std::vector<std::string>& wrap, const CheckOptions& options,
                report::Checkup& checkup) {
  casefile::CaseFile& file = checkup.diagnosis.casefile;
  const auto& interpreter = inventory.environment.interpreter;
  std::error_code error;
  if (!std::filesystem::exists(interpreter, error)) {
    file.gap("the probes", "there is no interpreter that could be started");
    return true;
  }
  probe::Patient patient;
  patient.python = interpreter.string();
  patient.wrap = wrap;
  patient.folder = around.working_folder;
  for (const scan::Distribution& one : inventory.distributions)
    patient.packages.push_back(one.name + " " + one.version);
  std::vector<std::string> only;
  if (!options.probe.empty()) only.push_back(options.probe);
  const auto progress = progress_of(options);
  runner::StopRequest stop;
  for (const probe::Answer& answer : probe::examine(patient, only, progress, stop)) {
    checkup.probes.push_back(shown(answer));
    if (auto found = finding_of(answer, file))
      add_finding(checkup, std::move(found->finding), found->deadly);
  }
  if (progress) fmt::print(stderr, "\r\x1b[K");
  return !stop.ends_run();
}

Error unknown_probe(const std::string& name) {
  std::string names;
  for (const probe::Probe& one : probe::probes())
    names += (names.empty() ? "" : ", ") + std::string(one.name);
  return {fmt::format("there is no probe {}; there are {}", name, names), {}};
}

int run_check(const CheckOptions& options) {
  std::vector<std::string> wrap;
  if (!options.wrap.empty()) {
    auto words = runner::split_words(options.wrap);
    if (!words)
      return refuse(std::move(words).error().within("--wrap"), "kernelmedic check --help");
    wrap = std::move(*words);
  }
  if (!options.probe.empty() && probe::find(options.probe) == nullptr)
    return refuse(unknown_probe(options.probe), "kernelmedic check --probe import-numpy");
  auto target = find_check_target(options.python, options.kernel, options.platform);
  if (!target)
    return refuse(target.error(),
                  "kernelmedic check --python /path/to/environment   or   --kernel NAME");
  CheckCache cache;
  if (options.recall) {
    cache = CheckCache(home(), scan::identity_of(target->environment, target->around, wrap));
    if (const auto known = cache.recall()) return print_all(*known) ? kOk : kUsage;
  }
  report::Checkup checkup;
  checkup.environment = target->environment.prefix.string();
  const auto inventory = scan::take_inventory(std::move(target->environment));
  checkup.diagnosis.casefile = scan::scan(inventory, target->around, wrap);
  for (diagnosis::Finding& finding :
       diagnosis::examine(checkup.diagnosis.casefile, diagnosis::built_in_rules())) {
    const bool deadly = finding.confidence == diagnosis::Confidence::certain;
    add_finding(checkup, std::move(finding), deadly);
  }
  constexpr int kInterrupted = 130;
  const bool whole = options.no_probe || target->around.foreign ||
                     ask_probes(inventory, target->around, wrap, options, checkup);
  report::Options look = options_for_terminal(STDOUT_FILENO);
  look.verbose = options.verbose;
  const std::string text = options.fix                ? fix_script(inventory, checkup)
                           : options.format == "json" ? report::checkup_to_json(checkup)
                                                      : report::checkup_to_terminal(checkup, look);
  if (options.recall) cache.keep(text);
  const bool written = print_all(text);
  if (!written) return refuse(fail_errno("cannot write to standard output").value());
  return whole ? exit_code(checkup, options.strict) : kInterrupted;
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
  command->add_flag("--recall", options->recall)->needs(no_probe)->group("");
  command->add_flag("--strict", options->strict, "Exit 1 for a [!] too");
  command->add_flag("--fix", options->fix,
                    "Print a script of the safe repairs, in a new environment; change nothing");
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
      "Exit: 0 no [✗], 1 a [✗], 2 could not look, 130 ended by Ctrl-C");
  command->callback([options, &outcome] { outcome.code = run_check(*options); });
}

}  // namespace km::cli
