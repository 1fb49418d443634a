// `kernelmedic explain`: names the cause from evidence that was handed in.
#include "cli/command.h"
#include "cli/report_output.h"
#include "diagnosis/diagnose.h"
#include "readers/handed_in.h"

#include <chrono>
#include <cstdio>
#include <fmt/core.h>
#include <memory>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

namespace km::cli {
namespace {

using Clock = std::chrono::steady_clock;

struct ExplainPlan {
  std::vector<std::string> paths;
  std::string rules;
  ReportOutput output;
};

// One line on a terminal, from the second second on, so that short work stays silent.
class ProgressLine {
 public:
  explicit ProgressLine(bool shown) : shown_(shown && isatty(STDERR_FILENO) == 1) {}
  ~ProgressLine() {
    if (drawn_) fmt::print(stderr, "\r\x1b[K");
  }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show(const std::string& name, std::int64_t done, std::int64_t total) {
    const auto now = Clock::now();
    if (!shown_ || now - began_ < std::chrono::seconds(1) ||
        now - last_ < std::chrono::milliseconds(200))
      return;
    last_ = now;
    drawn_ = true;
    constexpr double kMega = 1e6;
    const double mega = static_cast<double>(done) / kMega;
    if (total > 0) {
      fmt::print(stderr, "\r\x1b[K{}: {:.0f} MB, {} %", name, mega, 100 * done / total);
    } else {
      fmt::print(stderr, "\r\x1b[K{}: {:.0f} MB", name, mega);
    }
    std::fflush(stderr);
  }

 private:
  bool shown_;
  bool drawn_ = false;
  Clock::time_point began_ = Clock::now();
  Clock::time_point last_;
};

void tell_unused(const readers::Dossier& dossier) {
  if (dossier.unused.empty()) return;
  fmt::print(stderr, "Not understood:\n");
  for (const std::string& line : dossier.unused) fmt::print(stderr, "  {}\n", line);
  if (dossier.unused_left_out > 0)
    fmt::print(stderr, "  and {} lines more\n", dossier.unused_left_out);
}

int run_explain(const ExplainPlan& plan) {
  const auto rules = diagnosis::rules_with(plan.rules);
  if (!rules) return refuse(rules.error(), "kernelmedic rules test --rules " + plan.rules);
  const auto words = diagnosis::line_patterns(*rules);
  readers::HandedIn handed_in;
  handed_in.paths = plan.paths;
  handed_in.patterns = words.expressions;
  handed_in.matters = words.matters;
  handed_in.list_unused = plan.output.verbose;
  ProgressLine progress(!plan.output.quiet);
  handed_in.progress = [&progress](const std::string& name, std::int64_t done, std::int64_t total) {
    progress.show(name, done, total);
  };
  auto dossier = readers::take_evidence(handed_in);
  for (const Error& error : dossier.refused) fmt::print(stderr, "kernelmedic: {}\n", error.what);
  if (dossier.taken == 0) {
    fmt::print(stderr,
               "  kernelmedic explain LOG...   with files that can be read, or - for "
               "standard input\n");
    return kUsage;
  }
  if (plan.output.verbose) tell_unused(dossier);
  diagnosis::Diagnosis diagnosis;
  diagnosis.casefile = std::move(dossier.casefile);
  diagnosis.findings = diagnosis::diagnose(diagnosis.casefile, *rules);
  return write_report(diagnosis, plan.output,
                      "kernelmedic explain -o FILE ...   with a FILE that can be written");
}

}  // namespace

void add_explain(CLI::App& app, Outcome& outcome) {
  auto plan = std::make_shared<ExplainPlan>();  // owned by the callback below
  CLI::App* command = app.add_subcommand(
      "explain",
      "Names the cause from logs, tracebacks, crash reports, core files; from any machine");
  command
      ->add_option("FILE", plan->paths,
                   "Files and folders that belong to one death; - is standard input")
      ->required();
  add_report_output(*command, plan->output);
  command->add_option("--rules", plan->rules,
                      "Folder of rules to add; one with a known id replaces it");
  command->add_flag("-v,--verbose", plan->output.verbose,
                    "All facts, and on stderr the lines that were not understood");
  command->add_flag("-q,--quiet", plan->output.quiet, "No progress");
  command->footer(
      "Examples:\n"
      "  kernelmedic explain jupyter.log ~/Library/Logs/DiagnosticReports/Python-*.ips\n"
      "  pip list | kernelmedic explain traceback.txt -");
  command->callback([plan, &outcome] { outcome.code = run_explain(*plan); });
}

}  // namespace km::cli
