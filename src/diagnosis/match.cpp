// Three-valued conditions (Kleene's logic): a fact that nobody collected makes a condition unknown,
// never false.
#include "diagnosis/match.h"

#include "diagnosis/diagnose.h"
#include "diagnosis/pattern.h"

#include <algorithm>
#include <optional>
#include <variant>

namespace km::diagnosis {
namespace {

using casefile::CaseFile;
using casefile::Value;

// One value of a fact; a list is so many values.
using Item = std::variant<bool, std::int64_t, double, std::string_view>;

struct Items {
  bool collected = false;   // false: nobody looked
  std::vector<Item> items;  // empty though collected: looked for and not there
};

Items items_of(const CaseFile& casefile, std::string_view name) {
  Items found;
  for (const auto& fact : casefile.facts) {
    if (fact.name != name) continue;
    found.collected = true;
    struct Adder {
      std::vector<Item>& to;
      void operator()(casefile::NotThere) const {}
      void operator()(bool flag) const { to.emplace_back(flag); }
      void operator()(std::int64_t number) const { to.emplace_back(number); }
      void operator()(double number) const { to.emplace_back(number); }
      void operator()(const std::string& text) const { to.emplace_back(std::string_view(text)); }
      void operator()(const std::vector<std::string>& texts) const {
        for (const auto& text : texts) to.emplace_back(std::string_view(text));
      }
    };
    std::visit(Adder{found.items}, fact.value);
  }
  return found;
}

std::optional<double> number_of(const Item& item) {
  if (const auto* whole = std::get_if<std::int64_t>(&item)) return static_cast<double>(*whole);
  if (const auto* real = std::get_if<double>(&item)) return *real;
  return std::nullopt;
}

bool equal(const Item& item, const Value& wanted) {
  if (const auto* text = std::get_if<std::string>(&wanted)) {
    const auto* have = std::get_if<std::string_view>(&item);
    return have != nullptr && *have == *text;
  }
  if (const auto* flag = std::get_if<bool>(&wanted)) {
    const auto* have = std::get_if<bool>(&item);
    return have != nullptr && *have == *flag;
  }
  if (const auto* whole = std::get_if<std::int64_t>(&wanted)) {
    const auto* have = std::get_if<std::int64_t>(&item);
    return have != nullptr ? *have == *whole : number_of(item) == static_cast<double>(*whole);
  }
  const auto* real = std::get_if<double>(&wanted);
  return real != nullptr && number_of(item) == *real;
}

Outcome of(bool holds) { return holds ? Outcome::match : Outcome::no_match; }

// at_least and at_most: the bound itself may depend on another fact.
Outcome compare_numbers(const Comparison& comparison, const CaseFile& casefile,
                        const std::vector<Item>& items) {
  double unit = 1;
  if (!comparison.of.empty()) {
    const Items base = items_of(casefile, comparison.of);
    if (!base.collected) return Outcome::unknown;
    if (base.items.empty()) return Outcome::no_match;  // a share of a limit that does not exist
    const auto number = number_of(base.items.front());
    if (!number || !(*number > 0)) return Outcome::unknown;
    unit = *number;
  }
  bool any_number = items.empty();
  for (const auto& item : items) {
    const auto number = number_of(item);
    if (!number) continue;
    any_number = true;
    if (comparison.at_least ? *number >= *comparison.at_least * unit
                            : *number <= *comparison.at_most * unit) {
      return Outcome::match;
    }
  }
  // A text where a number is wanted tells nothing about the number.
  return any_number ? Outcome::no_match : Outcome::unknown;
}

Outcome compare(const Comparison& comparison, const CaseFile& casefile, std::string* words) {
  const Items found = items_of(casefile, comparison.fact);
  if (!found.collected) return Outcome::unknown;
  const auto& items = found.items;
  if (comparison.present) return of(items.empty() != *comparison.present);
  if (comparison.count_at_least) {
    return of(static_cast<std::int64_t>(items.size()) >= *comparison.count_at_least);
  }
  if (comparison.at_least || comparison.at_most)
    return compare_numbers(comparison, casefile, items);
  return of(std::any_of(items.begin(), items.end(), [&](const Item& item) {
    if (comparison.equals) return equal(item, *comparison.equals);
    if (comparison.matches) {
      const auto* text = std::get_if<std::string_view>(&item);
      return text != nullptr && comparison.matches->found_in(*text, words);
    }
    return std::any_of(comparison.one_of.begin(), comparison.one_of.end(),
                       [&](const Value& wanted) { return equal(item, wanted); });
  }));
}

void remember(std::vector<std::string>& names, const std::string& name) {
  if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) {
    names.push_back(name);
  }
}

void merge(Trace& into, const Trace& from) {
  for (const auto& name : from.because) remember(into.because, name);
  if (into.words.empty()) into.words = from.words;
}

// "None of" was decided by facts that were collected and did not hold. Words that were not said are
// left out: every verdict would list them.
void remember_decided(const Condition& condition, Trace& trace) {
  if (condition.kind != Condition::Kind::comparison) {
    for (const auto& child : condition.children) remember_decided(child, trace);
  } else if (!condition.comparison.matches) {
    remember(trace.because, condition.comparison.fact);
  }
}

Outcome evaluate_group(const Condition& condition, const CaseFile& casefile, Trace& trace) {
  const bool all = condition.kind == Condition::Kind::all;
  Outcome outcome = all ? Outcome::match : Outcome::no_match;
  Trace collected;
  for (const auto& child : condition.children) {
    Trace of_child;
    const Outcome one = evaluate_traced(child, casefile, of_child);
    if (one == Outcome::match) merge(collected, of_child);
    outcome = all ? std::min(outcome, one) : std::max(outcome, one);
    if (all && outcome == Outcome::no_match) return outcome;  // the rest cannot change it
  }
  if (condition.kind == Condition::Kind::none) {
    if (outcome == Outcome::match) return Outcome::no_match;
    if (outcome == Outcome::unknown) return Outcome::unknown;
    remember_decided(condition, trace);
    return Outcome::match;
  }
  if (outcome == Outcome::match) merge(trace, collected);
  return outcome;
}

}  // namespace

Outcome evaluate_traced(const Condition& condition, const CaseFile& casefile, Trace& trace) {
  if (condition.kind != Condition::Kind::comparison) {
    return evaluate_group(condition, casefile, trace);
  }
  std::string words;
  const Outcome outcome = compare(condition.comparison, casefile, &words);
  if (outcome == Outcome::match) {
    merge(trace, {{}, std::move(words)});
    remember(trace.because, condition.comparison.fact);
    remember(trace.because, condition.comparison.of);
  }
  return outcome;
}

Outcome evaluate(const Condition& condition, const CaseFile& casefile,
                 std::vector<std::string>* because) {
  Trace trace;
  const Outcome outcome = evaluate_traced(condition, casefile, trace);
  if (because != nullptr) {
    for (const auto& name : trace.because) remember(*because, name);
  }
  return outcome;
}

}  // namespace km::diagnosis
