// `kernelmedic rules`: what the knowledge base holds, one rule whole, and its tests.
#include "cli/command.h"
#include "diagnosis/check_rules.h"
#include "diagnosis/diagnose.h"
#include "diagnosis/rule_set.h"
#include "intake/line_scan.h"

#include <cstdio>
#include <fmt/core.h>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace km::cli {
namespace {

constexpr int kProblems = 1;

using diagnosis::RuleText;

std::map<std::string, std::size_t> cases_by_rule(const std::vector<RuleText>& texts) {
  std::map<std::string, std::size_t> counts;
  for (const RuleText& file : texts) {
    if (!file.is_test) continue;
    const auto cases = diagnosis::parse_rule_cases(file);
    if (cases) counts[file.id] = cases->size();
  }
  return counts;
}

int list(const std::vector<RuleText>& texts) {
  auto cases = cases_by_rule(texts);
  for (const RuleText& file : texts) {
    if (file.is_test) continue;
    const auto rule = diagnosis::parse_rule(file);
    if (!rule)
      return refuse(rule.error(), "kernelmedic rules test   tells all that is wrong", kProblems);
    fmt::print("{:<34} {:<28} {:<9} {:>2} {:<6} {}\n", rule->id, rule->cause,
               diagnosis::to_string(rule->weight), cases[rule->id],
               cases[rule->id] == 1 ? "case" : "cases", rule->title);
  }
  return kOk;
}

int show(const std::vector<RuleText>& texts, const std::string& id) {
  bool found = false;
  for (const RuleText& file : texts) {
    if (file.id != id) continue;
    fmt::print("{}# {}\n{}", found ? "\n" : "", file.path, file.text);
    found = true;
  }
  if (found) return kOk;
  return refuse(Error{fmt::format("there is no rule {}", id)}, "kernelmedic rules list", kProblems);
}

// A pattern for lines without a literal would silently not be searched for in large files.
void check_searchable(const std::vector<RuleText>& texts, std::vector<std::string>& problems) {
  for (const RuleText& file : texts) {
    if (file.is_test) continue;
    const auto rule = diagnosis::parse_rule(file);
    if (!rule) continue;  // told already
    for (const auto& expression : diagnosis::needed_expressions(*rule)) {
      if (const auto usable = intake::usable(expression); !usable)
        problems.push_back(fmt::format("{}: {}", file.path, usable.error().what));
    }
  }
}

int test(const std::vector<RuleText>& texts) {
  diagnosis::RuleCheck check = diagnosis::check_rules(texts);
  check_searchable(texts, check.problems);
  for (const std::string& problem : check.problems) fmt::print(stderr, "{}\n", problem);
  fmt::print("{} rules, {} cases, {} problems\n", check.rules, check.cases, check.problems.size());
  return check.problems.empty() ? kOk : kProblems;
}

}  // namespace

void add_rules(CLI::App& app, Outcome& outcome) {
  struct Plan {
    std::string folder;
    std::string id;
  };
  auto plan =
      std::make_shared<Plan>();  // owned by the callbacks below, which outlive this function
  auto* rules = app.add_subcommand("rules", "The knowledge base: list, show, test");
  const auto takes_folder = [plan](CLI::App* command) {
    command->add_option("--rules", plan->folder,
                        "Folder of rules to add; one with a known id replaces it");
  };
  takes_folder(rules);
  rules->footer("Example:\n  kernelmedic rules show memory/cgroup-limit");
  const auto with_texts = [plan, &outcome](auto act) {
    return [plan, &outcome, act] {
      const auto texts = diagnosis::texts_with(plan->folder);
      outcome.code = texts ? act(*texts) : refuse(texts.error());
    };
  };
  auto* every = rules->add_subcommand(
      "list", "One line a rule: id, cause, weight, number of its test cases, title (the default)");
  every->callback(with_texts([](const auto& texts) { return list(texts); }));
  auto* one = rules->add_subcommand("show", "The text of one rule and of its test");
  one->add_option("ID", plan->id, "For example memory/cgroup-limit")->required();
  one->callback(with_texts([plan](const auto& texts) { return show(texts, plan->id); }));
  auto* all = rules->add_subcommand("test", "Every case beside every rule; exit 1 where one fails");
  all->callback(with_texts([](const auto& texts) { return test(texts); }));
  for (auto* sub : {every, one, all}) takes_folder(sub);
  rules->callback([rules, by_default = with_texts([](const auto& texts) { return list(texts); })] {
    if (rules->get_subcommands().empty()) by_default();
  });
}

}  // namespace km::cli
