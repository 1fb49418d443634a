// Conditions in TOML: groups of groups of comparisons.
#include "diagnosis/condition_file.h"

#include "diagnosis/pattern.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <utility>

namespace km::diagnosis {
namespace {

constexpr int kDeepest = 8;  // nobody can follow more, and the reader recurses

// "exit.sgnal" → "exit.signal": the known name that needs the fewest changed, added or left out
// letters.
std::string_view nearest(std::string_view wanted) {
  std::string_view best;
  std::size_t best_distance = 4;
  for (const auto& known : casefile::fact_names()) {
    std::vector<std::size_t> row(known.name.size() + 1);
    for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= wanted.size(); ++i) {
      std::size_t diagonal = std::exchange(row[0], i);
      for (std::size_t j = 1; j < row.size(); ++j) {
        const std::size_t changed = diagonal + (wanted[i - 1] == known.name[j - 1] ? 0 : 1);
        diagonal = row[j];
        row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
      }
    }
    if (row.back() < best_distance) {
      best_distance = row.back();
      best = known.name;
    }
  }
  return best;
}

Result<std::string> fact_name(const TomlTable& table, std::string_view key, std::string name) {
  if (casefile::is_declared(name)) return name;
  const auto meant = name.size() < 80 ? nearest(name) : std::string_view();
  return table.wrong(
      key, meant.empty()
               ? fmt::format("\"{}\" is not a known fact", name.substr(0, 80))
               : fmt::format("\"{}\" is not a known fact; did you mean \"{}\"?", name, meant));
}

Result<std::vector<casefile::Value>> values(TomlTable& table, std::string_view key) {
  std::vector<casefile::Value> values;
  const auto* node = table.node(key);
  if (node == nullptr) return values;
  const auto* array = node->as_array();
  if (array == nullptr || array->empty())
    return table.wrong(key, "expected a list that is not empty");
  for (const auto& entry : *array) {
    auto value = entry.is_array() ? std::nullopt : value_of(entry);
    if (!value) return table.wrong(key, "expected texts, numbers, true or false");
    values.push_back(*std::move(value));
  }
  return values;
}

Result<std::shared_ptr<const Pattern>> pattern_of(const std::string& expression, Reading reading) {
  if (reading == Reading::trusted) return std::make_shared<const Pattern>(expression);
  return Pattern::compile(expression);
}

Result<Comparison> parse_comparison(TomlTable& table, Reading reading) {
  Comparison comparison;
  KM_ASSIGN(auto name, table.text("fact"));
  KM_ASSIGN(comparison.fact, fact_name(table, "fact", std::move(name)));
  if (const auto* node = table.node("equals")) {
    comparison.equals = node->is_array() ? std::nullopt : value_of(*node);
    if (!comparison.equals)
      return table.wrong("equals", "expected a text, a number, true or false");
  }
  KM_ASSIGN(comparison.one_of, values(table, "one_of"));
  KM_ASSIGN(const auto expression, table.optional_text("matches"));
  if (expression) {
    auto pattern = pattern_of(*expression, reading);
    if (!pattern) return table.wrong("matches", pattern.error().what);
    comparison.matches = *std::move(pattern);
  }
  KM_ASSIGN(comparison.at_least, table.optional_number("at_least"));
  KM_ASSIGN(comparison.at_most, table.optional_number("at_most"));
  KM_ASSIGN(comparison.count_at_least, table.optional_whole("count_at_least"));
  KM_ASSIGN(comparison.present, table.optional_flag("present"));
  KM_ASSIGN(auto of, table.optional_text("of"));
  const std::array set{comparison.equals.has_value(),  !comparison.one_of.empty(),
                       comparison.matches != nullptr,  comparison.at_least.has_value(),
                       comparison.at_most.has_value(), comparison.count_at_least.has_value(),
                       comparison.present.has_value()};
  if (std::count(set.begin(), set.end(), true) != 1) {
    return table.wrong(
        "fact",
        "exactly one of equals, one_of, matches, at_least, at_most, count_at_least, present "
        "must stand beside it");
  }
  if (of) {
    if (!comparison.at_least && !comparison.at_most) {
      return table.wrong("of", "stands only beside at_least or at_most");
    }
    KM_ASSIGN(comparison.of, fact_name(table, "of", *std::move(of)));
  }
  return comparison;
}

Result<Condition> parse_at(TomlTable table, Reading reading, int depth) {
  if (depth > kDeepest) return table.wrong("", fmt::format("nested deeper than {}", kDeepest));
  if (table.has("fact")) {
    Condition condition{Condition::Kind::comparison, {}, {}};
    KM_ASSIGN(condition.comparison, parse_comparison(table, reading));
    KM_TRY(table.finish());
    return condition;
  }
  constexpr std::array<std::pair<std::string_view, Condition::Kind>, 3> kGroups{
      {{"all", Condition::Kind::all},
       {"any", Condition::Kind::any},
       {"none", Condition::Kind::none}}};
  Condition both{Condition::Kind::all, {}, {}};
  for (const auto& [key, kind] : kGroups) {
    KM_ASSIGN(auto children, table.tables(key));
    if (!table.has(key)) continue;
    if (children.empty()) return table.wrong(key, "an empty list decides nothing");
    Condition group{kind, {}, {}};
    for (auto& child : children) {
      KM_ASSIGN(auto parsed, parse_at(std::move(child), reading, depth + 1));
      group.children.push_back(std::move(parsed));
    }
    both.children.push_back(std::move(group));
  }
  KM_TRY(table.finish());
  if (both.children.empty()) return table.wrong("", "expected fact, all, any or none");
  return both.children.size() == 1 ? std::move(both.children.front()) : std::move(both);
}

}  // namespace

Result<Condition> parse_condition(TomlTable table, Reading reading) {
  return parse_at(std::move(table), reading, 1);
}

}  // namespace km::diagnosis
