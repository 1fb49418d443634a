// `kernelmedic report`: a death on this machine as text, JSON or a page.
#include "cli/command.h"
#include "cli/report_output.h"
#include "cli/stored_case.h"
#include "store/cases.h"

#include <fmt/core.h>
#include <memory>
#include <string>

namespace km::cli {
namespace {

struct ReportPlan {
  std::string id;
  ReportOutput output;
};

int run_report(const ReportPlan& plan) {
  const store::Cases cases(home());
  auto found = stored_case(cases, plan.id);
  if (!found) return refuse(found.error().error, found.error().next);
  if (!found->completed.empty() && !plan.output.quiet)
    fmt::print(stderr, "kernelmedic: {}\n", found->completed);
  return write_report(found->diagnosis, plan.output,
                      "kernelmedic report " + found->diagnosis.casefile.id +
                          " -o report.html   in a folder that can be written");
}

}  // namespace

void add_report(CLI::App& app, Outcome& outcome) {
  auto plan = std::make_shared<ReportPlan>();  // owned by the callback below, which the app keeps
  plan->output.verbose = true;
  CLI::App* command =
      app.add_subcommand("report", "Shows why something died: text, JSON or a page");
  command->add_option("ID", plan->id, "Case, or the beginning of its name; without it the newest");
  add_report_output(*command, plan->output);
  command->add_flag("--share", plan->output.share,
                    "Made to be sent: without cell code, environment values and names");
  command->add_flag("-q,--quiet", plan->output.quiet, "Say nothing but the report");
  command->footer("Example:\n  kernelmedic report -o why.html");
  command->callback([plan, &outcome] { outcome.code = run_report(*plan); });
}

}  // namespace km::cli
