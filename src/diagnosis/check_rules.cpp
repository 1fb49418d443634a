// Runs every case that stands beside a rule.
#include "diagnosis/check_rules.h"

#include "diagnosis/apply.h"
#include "diagnosis/diagnose.h"

#include <algorithm>
#include <fmt/core.h>
#include <map>
#include <optional>
#include <utility>

namespace km::diagnosis {
namespace {

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::match:
      return "match";
    case Outcome::unknown:
      return "unknown";
    case Outcome::no_match:
      break;
  }
  return "no-match";
}

class Checker {
 public:
  explicit Checker(std::span<const RuleText> texts) : texts_(texts) {}

  RuleCheck run() {
    for (const auto& file : texts_) {
      if (!file.is_test) read_rule(file);
    }
    for (const auto& [id, rule] : places_) check_rule(id);
    for (const auto& file : texts_) {
      if (file.is_test && !places_.contains(file.id)) {
        problem(fmt::format("{}: there is no rule {}.toml beside it", file.path, file.id));
      }
    }
    return std::move(check_);
  }

 private:
  void problem(std::string text) { check_.problems.push_back(std::move(text)); }

  void read_rule(const RuleText& file) {
    ++check_.rules;
    auto& place = places_[file.id];
    auto rule = parse_rule(file);
    if (!rule) return problem(rule.error().what);
    if (rule->say.see.empty()) {
      problem(fmt::format("{}: say.see: missing: where was this established?", file.path));
    }
    place = rules_.size();
    rules_.push_back(*std::move(rule));
  }

  void check_rule(const std::string& id) {
    const auto test = std::find_if(texts_.begin(), texts_.end(), [&](const RuleText& file) {
      return file.is_test && file.id == id;
    });
    if (test == texts_.end())
      return problem(fmt::format("{0}.toml: there is no {0}.test.toml beside it", id));
    const auto cases = parse_rule_cases(*test);
    if (!cases) return problem(cases.error().what);
    const auto has = [&](Outcome outcome) {
      return std::any_of(cases->begin(), cases->end(),
                         [&](const RuleCase& one) { return one.expect == outcome; });
    };
    if (!has(Outcome::match)) problem(fmt::format("{}: no case expects \"match\"", test->path));
    if (!has(Outcome::no_match))
      problem(fmt::format("{}: no case expects \"no-match\"", test->path));
    const auto place = places_[id];
    if (!place) return;  // the rule itself is broken, and that was said
    for (const auto& one : *cases) check_case(rules_[*place], one);
  }

  void check_case(const Rule& rule, const RuleCase& one) {
    ++check_.cases;
    const auto answer = apply(rule, one.casefile);
    const auto say = [&](std::string_view expected, std::string_view got) {
      problem(fmt::format("{}: \"{}\": expected {}, got {}", one.where, one.name, expected, got));
    };
    if (answer.outcome != one.expect) say(to_string(one.expect), to_string(answer.outcome));
    if (one.confidence && answer.finding && answer.finding->confidence != *one.confidence) {
      say(to_string(*one.confidence), to_string(answer.finding->confidence));
    }
    if (!one.verdict.empty()) {
      const auto findings = diagnose(one.casefile, rules_);
      const auto& first = findings.front();
      if (first.cause != one.verdict) {
        say(fmt::format("the verdict {}", one.verdict),
            fmt::format("{} ({})", first.cause, first.rule));
      }
    }
  }

  std::span<const RuleText> texts_;
  std::vector<Rule> rules_;
  std::map<std::string, std::optional<std::size_t>>
      places_;  // id → index in rules_, nothing for a broken file
  RuleCheck check_;
};

}  // namespace

RuleCheck check_rules(std::span<const RuleText> texts) { return Checker(texts).run(); }

}  // namespace km::diagnosis
