// Gathers the expressions that any condition of any rule has for words.line.
#include "diagnosis/diagnose.h"
#include "diagnosis/line_matcher.h"

#include <memory>
#include <set>
#include <utility>

namespace km::diagnosis {
namespace {

using Patterns = std::vector<std::shared_ptr<const Pattern>>;

void gather(const Condition& condition, bool with_none, Patterns& into) {
  if (condition.kind == Condition::Kind::none && !with_none) return;
  const auto& comparison = condition.comparison;
  if (comparison.matches && comparison.fact == "words.line") into.push_back(comparison.matches);
  for (const Condition& child : condition.children) gather(child, with_none, into);
}

}  // namespace

LinePatterns line_patterns(std::span<const Rule> rules) {
  Patterns all;
  for (const Rule& rule : rules) {
    gather(rule.when, true, all);
    if (rule.stronger_when) gather(*rule.stronger_when, true, all);
    if (rule.weaker_when) gather(*rule.weaker_when, true, all);
  }
  LinePatterns patterns;
  std::set<std::string_view> known;
  Patterns once;
  for (auto& pattern : all) {
    if (known.insert(pattern->expression()).second) once.push_back(std::move(pattern));
  }
  for (const auto& pattern : once) patterns.expressions.push_back(pattern->expression());
  patterns.matters = [matcher = std::make_shared<const LineMatcher>(std::move(once))](
                         std::string_view line) { return matcher->found_in(line); };
  return patterns;
}

std::vector<std::string> needed_expressions(const Rule& rule) {
  Patterns needed;
  gather(rule.when, false, needed);
  std::vector<std::string> expressions;
  for (const auto& pattern : needed) expressions.push_back(pattern->expression());
  return expressions;
}

}  // namespace km::diagnosis
