// `kernelmedic cases`: what died on this machine, one line each; shown again, or removed.
#include "store/cases.h"

#include "cli/command.h"
#include "cli/stored_case.h"
#include "cli/terminal.h"
#include "report/report.h"
#include "report/text.h"
#include "supervisor/postmortem.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <fmt/core.h>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

namespace km::cli {
namespace {

using Entry = store::Cases::Entry;

struct CasesPlan {
  std::string id;
  std::string format = "text";
  std::size_t keep = 200;
  std::string max_size = "1G";
  bool quiet = false;
};

// "running", "open" (its kernelmedic was killed; `report` completes it), or the cause.
std::string state_of(const Entry& entry) {
  if (entry.closed) return entry.cause.empty() ? "unreadable" : entry.cause;
  return supervisor::is_orphaned(entry.folder) ? "open" : "running";
}

int list_json(const std::vector<Entry>& entries) {
  auto list = nlohmann::ordered_json::array();
  for (const Entry& entry : entries) {
    list.push_back({{"id", entry.id},
                    {"state", entry.closed ? "closed" : state_of(entry)},
                    {"time", entry.time},
                    {"cause", entry.cause},
                    {"title", entry.title},
                    {"subject", entry.subject},
                    {"bytes", entry.bytes},
                    {"folder", entry.folder.string()}});
  }
  const nlohmann::ordered_json root{{"schema", "kernelmedic.cases/1"}, {"cases", std::move(list)}};
  fmt::print("{}\n", root.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  return kOk;
}

int list_cases(const CasesPlan& plan) {
  const std::vector<Entry> entries = store::Cases(home()).list();
  if (plan.format == "json") return list_json(entries);
  if (entries.empty()) {
    if (!plan.quiet)
      fmt::print(stderr, "No case yet. Begin with:\n  kernelmedic run NOTEBOOK.ipynb\n");
    return kOk;
  }
  std::size_t id_width = 0;
  std::size_t state_width = 0;
  for (const Entry& entry : entries) {
    id_width = std::max(id_width, entry.id.size());
    state_width = std::max(state_width, state_of(entry).size());
  }
  for (const Entry& entry : entries) {
    fmt::print("{:<{}}  {:<{}}  {}\n", entry.id, id_width, state_of(entry), state_width,
               report::clean_line(entry.subject.empty() ? entry.title : entry.subject));
  }
  return kOk;
}

int show_case(const CasesPlan& plan) {
  const store::Cases cases(home());
  const auto found = stored_case(cases, plan.id);
  if (!found) return refuse(found.error().error, found.error().next);
  if (!found->completed.empty() && !plan.quiet)
    fmt::print(stderr, "kernelmedic: {}\n", found->completed);
  if (plan.format == "json") {
    fmt::print("{}", report::to_json(found->diagnosis));
    return kOk;
  }
  report::Options options = options_for_terminal(STDOUT_FILENO);
  options.verbose = true;
  fmt::print("{}", report::to_terminal(found->diagnosis, options));
  return kOk;
}

int prune_cases(const CasesPlan& plan) {
  const auto max_bytes = parse_size(plan.max_size);
  if (!max_bytes) return refuse(max_bytes.error(), "kernelmedic cases prune --max-size 1G");
  const auto removed = store::Cases(home()).prune(plan.keep, *max_bytes);
  if (!removed) return refuse(removed.error(), "kernelmedic cases list");
  for (const std::string& id : *removed) fmt::print("{}\n", id);
  if (!plan.quiet)
    fmt::print(stderr, "{} removed\n",
               removed->size() == 1 ? "1 case" : fmt::format("{} cases", removed->size()));
  return kOk;
}

CLI::Option* add_format(CLI::App& command, CasesPlan& plan) {
  return command.add_option("--format", plan.format, "text or json")
      ->check(CLI::IsMember({"text", "json"}));
}

}  // namespace

void add_cases(CLI::App& app, Outcome& outcome) {
  auto plan = std::make_shared<CasesPlan>();  // owned by the callbacks below, which the app keeps
  CLI::App* command =
      app.add_subcommand("cases", "Lists what died on this machine, shows or removes it");
  command->require_subcommand(0, 1);
  command->add_flag("-q,--quiet", plan->quiet, "Say nothing but the result");
  add_format(*command, *plan);
  command->footer("Example:\n  kernelmedic cases list\n  kernelmedic cases prune --keep 20");

  CLI::App* list =
      command->add_subcommand("list", "One line a case, newest first (also without a word)");
  add_format(*list, *plan);
  CLI::App* show = command->add_subcommand("show", "The whole report of one case");
  show->add_option("ID", plan->id, "Case, or the beginning of its name")->required();
  add_format(*show, *plan);
  CLI::App* prune = command->add_subcommand("prune", "Removes old cases and prints their names");
  prune->add_option("--keep", plan->keep, "How many of the newest stay (200)");
  prune->add_option("--max-size", plan->max_size, "What all may take together (1G)");
  for (CLI::App* part : {list, show, prune})
    part->add_flag("-q,--quiet", plan->quiet, "Say nothing but the result");

  command->callback([plan, show, prune, &outcome] {
    const auto chosen = show->parsed() ? show_case : prune->parsed() ? prune_cases : list_cases;
    outcome.code = chosen(*plan);
  });
}

}  // namespace km::cli
