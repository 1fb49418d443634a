// `kernelmedic report`: a death on this machine as text, JSON or a page.
#include "report/report.h"

#include "cli/command.h"
#include "cli/stored_case.h"
#include "cli/terminal.h"
#include "os/file.h"
#include "os/folders.h"
#include "store/cases.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fmt/core.h>
#include <memory>
#include <string>
#include <unistd.h>
#include <utility>

namespace km::cli {
namespace {

struct ReportPlan {
  std::string id;
  std::string format;
  std::string out;
  bool share = false;
  bool quiet = false;
};

// What the format is where nobody said: the ending of the file's name tells it.
std::string format_of(const ReportPlan& plan) {
  if (!plan.format.empty()) return plan.format;
  const std::string ending = std::filesystem::path(plan.out).extension().string();
  if (ending == ".html" || ending == ".htm") return "html";
  if (ending == ".json") return "json";
  return "text";
}

report::Names names_of_this_machine() {
  report::Names names;
  names.home = os::home_folder().string();
  names.user = os::home_folder().filename().string();
  if (const char* user = std::getenv("USER"); user != nullptr && *user != '\0') names.user = user;
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) == 0) names.host = host.data();
  return names;
}

std::string rendered(const diagnosis::Diagnosis& diagnosis, const ReportPlan& plan) {
  const bool to_file = !plan.out.empty();
  report::Options options = to_file ? report::Options{} : options_for_terminal(STDOUT_FILENO);
  options.verbose = true;
  options.share = plan.share;
  if (plan.share) options.names = names_of_this_machine();
  const std::string format = format_of(plan);
  if (format == "json") return report::to_json(diagnosis, options);
  if (format == "html") return report::to_page_html(diagnosis, options);
  return report::to_terminal(diagnosis, options);
}

int run_report(const ReportPlan& plan) {
  const store::Cases cases(home());
  auto found = stored_case(cases, plan.id);
  if (!found) return refuse(found.error().error, found.error().next);
  if (!found->completed.empty() && !plan.quiet)
    fmt::print(stderr, "kernelmedic: {}\n", found->completed);
  const std::string text = rendered(found->diagnosis, plan);
  if (plan.out.empty()) {
    const bool written =
        std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
    return written ? kOk : refuse(fail_errno("cannot write the report to standard output").value());
  }
  if (const auto written = os::write_file(plan.out, text); !written) {
    const std::string next = "kernelmedic report " + found->diagnosis.casefile.id +
                             " -o report.html   in a folder that can be written";
    return refuse(Error(written.error()).within("cannot write the report"), next);
  }
  if (!plan.quiet) fmt::print(stderr, "Written to {}\n", plan.out);
  return kOk;
}

}  // namespace

void add_report(CLI::App& app, Outcome& outcome) {
  auto plan = std::make_shared<ReportPlan>();  // owned by the callback below, which the app keeps
  CLI::App* command =
      app.add_subcommand("report", "Shows why something died: text, JSON or a page");
  command->add_option("ID", plan->id, "Case, or the beginning of its name; without it the newest");
  command
      ->add_option("--format", plan->format,
                   "text, json or html; without it the ending of -o tells")
      ->check(CLI::IsMember({"text", "json", "html"}));
  command->add_option("-o,--output", plan->out, "File to write; without it standard output");
  command->add_flag("--share", plan->share,
                    "Made to be sent: without cell code, environment values and names");
  command->add_flag("-q,--quiet", plan->quiet, "Say nothing but the report");
  command->footer("Example:\n  kernelmedic report -o why.html");
  command->callback([plan, &outcome] { outcome.code = run_report(*plan); });
}

}  // namespace km::cli
