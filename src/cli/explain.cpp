// `kernelmedic explain`: names the cause from evidence that was handed in.
#include "cli/command.h"
#include "cli/terminal.h"
#include "diagnosis/diagnose.h"
#include "os/file.h"
#include "readers/handed_in.h"
#include "report/report.h"

#include <chrono>
#include <cstdio>
#include <filesystem>
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
  std::string format;
  std::string out;
  std::string rules;
  bool verbose = false;
  bool quiet = false;
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

std::string format_of(const ExplainPlan& plan) {
  if (!plan.format.empty()) return plan.format;
  const std::string ending = std::filesystem::path(plan.out).extension().string();
  if (ending == ".html" || ending == ".htm") return "html";
  if (ending == ".json") return "json";
  return "text";
}

std::string rendered(const diagnosis::Diagnosis& diagnosis, const ExplainPlan& plan) {
  const std::string format = format_of(plan);
  report::Options options =
      plan.out.empty() ? options_for_terminal(STDOUT_FILENO) : report::Options{};
  options.verbose = plan.verbose;
  if (format == "json") return report::to_json(diagnosis, options);
  if (format == "html") return report::to_page_html(diagnosis, options);
  return report::to_terminal(diagnosis, options);
}

int written(const std::string& text, const ExplainPlan& plan) {
  if (!plan.out.empty()) {
    if (const auto done = os::write_file(plan.out, text); !done)
      return refuse(Error(done.error()).within("cannot write the report"),
                    "kernelmedic explain -o FILE ...   with a FILE that can be written");
    if (!plan.quiet) fmt::print(stderr, "Written to {}\n", plan.out);
    return kOk;
  }
  const bool done =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  return done ? kOk : refuse(fail_errno("cannot write the report to standard output").value());
}

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
  handed_in.list_unused = plan.verbose;
  ProgressLine progress(!plan.quiet);
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
  if (plan.verbose) tell_unused(dossier);
  diagnosis::Diagnosis diagnosis;
  diagnosis.casefile = std::move(dossier.casefile);
  diagnosis.findings = diagnosis::diagnose(diagnosis.casefile, *rules);
  return written(rendered(diagnosis, plan), plan);
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
  command
      ->add_option("--format", plan->format,
                   "text, json or html; without it the ending of -o tells")
      ->check(CLI::IsMember({"text", "json", "html"}));
  command->add_option("-o,--output", plan->out, "File to write; without it standard output");
  command->add_option("--rules", plan->rules,
                      "Folder of rules to add; one with a known id replaces it");
  command->add_flag("-v,--verbose", plan->verbose,
                    "All facts, and on stderr the lines that were not understood");
  command->add_flag("-q,--quiet", plan->quiet, "No progress");
  command->footer(
      "Examples:\n"
      "  kernelmedic explain jupyter.log ~/Library/Logs/DiagnosticReports/Python-*.ips\n"
      "  pip list | kernelmedic explain traceback.txt -");
  command->callback([plan, &outcome] { outcome.code = run_explain(*plan); });
}

}  // namespace km::cli
