// A rule file and its test file → Rule, RuleCase.
#include "diagnosis/rule_file.h"

#include "diagnosis/causes.h"
#include "diagnosis/condition_file.h"
#include "diagnosis/sentence.h"
#include "diagnosis/toml_table.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <utility>

namespace km::diagnosis {
namespace {

template <class T, std::size_t N>
Result<T> word(const TomlTable& table, std::string_view key, const std::string& text,
               const std::array<std::pair<std::string_view, T>, N>& words) {
  std::string known;
  for (const auto& [name, value] : words) {
    if (name == text) return value;
    known += (known.empty() ? "" : ", ") + std::string(name);
  }
  return table.wrong(key, fmt::format("\"{}\" is not one of {}", text, known));
}

constexpr std::array<std::pair<std::string_view, Confidence>, 3> kConfidences{
    {{"certain", Confidence::certain},
     {"likely", Confidence::likely},
     {"possible", Confidence::possible}}};
constexpr std::array<std::pair<std::string_view, Outcome>, 3> kOutcomes{
    {{"match", Outcome::match}, {"no-match", Outcome::no_match}, {"unknown", Outcome::unknown}}};
constexpr std::array<std::pair<std::string_view, int>, 6> kBoundTo{
    {{"linux", 0}, {"macos", 1}, {"windows", 2}, {"pip", 3}, {"conda", 4}, {"uv", 5}}};

Result<std::string> sentence(TomlTable& table, std::string_view key) {
  KM_ASSIGN(auto text, table.text(key));
  if (const auto good = check_sentence(text); !good) return table.wrong(key, good.error().what);
  return text;
}

Result<std::string> cause(const TomlTable& table, std::string_view key, std::string name) {
  if (is_cause(name)) return name;
  return table.wrong(key, fmt::format("\"{}\" is not a known cause", name));
}

// An entry of `do`: a sentence, or {text = "...", on = "linux"}.
Result<std::vector<Action>> actions(TomlTable& say) {
  const auto* node = say.node("do");
  const auto* array = node == nullptr ? nullptr : node->as_array();
  if (node == nullptr) return say.wrong("do", "missing");
  if (array == nullptr || array->empty())
    return say.wrong("do", "expected a list that is not empty");
  std::vector<Action> actions;
  for (std::size_t i = 0; i < array->size(); ++i) {
    const auto& entry = (*array)[i];
    Action action;
    if (const auto* table = entry.as_table()) {
      TomlTable fields(say.file(), *table, fmt::format("{}[{}]", say.path("do"), i));
      KM_ASSIGN(action.text, sentence(fields, "text"));
      KM_ASSIGN(action.on, fields.text("on"));
      KM_TRY(word(fields, "on", action.on, kBoundTo));
      KM_TRY(fields.finish());
    } else if (entry.is_string()) {
      action.text = *entry.value<std::string>();
      if (const auto good = check_sentence(action.text); !good) {
        return say.wrong("do", fmt::format("[{}]: {}", i, good.error().what));
      }
    } else {
      return say.wrong("do", fmt::format("[{}]: expected a text or {{text, on}}", i));
    }
    actions.push_back(std::move(action));
  }
  return actions;
}

Result<Say> parse_say(TomlTable table) {
  Say say;
  KM_ASSIGN(say.what, sentence(table, "what"));
  KM_ASSIGN(say.why, sentence(table, "why"));
  KM_ASSIGN(say.actions, actions(table));
  KM_ASSIGN(say.see, table.texts("see"));
  KM_TRY(table.finish());
  return say;
}

Result<std::optional<Condition>> optional_condition(TomlTable& table, std::string_view key,
                                                    Reading reading) {
  if (table.node(key) == nullptr) return std::optional<Condition>();
  KM_ASSIGN(auto inner, table.table(key));
  KM_ASSIGN(auto condition, parse_condition(std::move(inner), reading));
  return std::optional(std::move(condition));
}

// {none = true}: looked for and not there.
bool is_not_there(const toml::node& node) {
  const auto* table = node.as_table();
  return table != nullptr && table->size() == 1 && (*table)["none"].value_or(false);
}

Result<casefile::CaseFile> parse_facts(const TomlTable& table) {
  casefile::CaseFile casefile;
  for (const auto& [key, node] : table.raw()) {
    const std::string name(std::string_view{key});
    if (!casefile::is_declared(name)) {
      return table.wrong(name, "not a known fact (the name must be quoted)");
    }
    auto value = is_not_there(node) ? casefile::Value(casefile::NotThere{}) : value_of(node);
    if (!value) {
      return table.wrong(
          name, "expected a text, a number, true, false, a list of texts or {none = true}");
    }
    casefile.add(name, *std::move(value), "a test of the rule");
  }
  return casefile;
}

Result<RuleCase> parse_case(TomlTable table) {
  RuleCase one;
  one.where = table.place();
  KM_ASSIGN(one.name, table.text("name"));
  KM_ASSIGN(const auto expect, table.text("expect"));
  KM_ASSIGN(one.expect, word(table, "expect", expect, kOutcomes));
  KM_ASSIGN(const auto confidence, table.optional_text("confidence"));
  if (confidence) {
    if (one.expect != Outcome::match) return table.wrong("confidence", "only a match has one");
    KM_ASSIGN(one.confidence, word(table, "confidence", *confidence, kConfidences));
  }
  KM_ASSIGN(auto verdict, table.optional_text("verdict"));
  if (verdict) {
    KM_ASSIGN(one.verdict, cause(table, "verdict", *std::move(verdict)));
  }
  KM_ASSIGN(const auto facts, table.table("facts"));
  KM_ASSIGN(one.casefile, parse_facts(facts));
  KM_TRY(table.finish());
  return one;
}

// Everything but the sentences.
Result<Rule> parse_head(const RuleText& file, TomlTable& table, Reading reading) {
  Rule rule;
  KM_ASSIGN(rule.id, table.text("id"));
  if (rule.id != file.id) {
    return table.wrong(
        "id", fmt::format("\"{}\" differs from the file's place, \"{}\"", rule.id, file.id));
  }
  KM_ASSIGN(auto cause_name, table.text("cause"));
  KM_ASSIGN(rule.cause, cause(table, "cause", std::move(cause_name)));
  KM_ASSIGN(rule.title, sentence(table, "title"));
  KM_ASSIGN(const auto weight, table.text("weight"));
  KM_ASSIGN(rule.weight, word(table, "weight", weight, kConfidences));
  KM_ASSIGN(const auto rank, table.optional_whole("rank"));
  if (rank) {
    if (*rank < 0 || *rank > 100) return table.wrong("rank", "expected 0 to 100");
    rule.rank = static_cast<int>(*rank);
  }
  KM_ASSIGN(rule.over, table.texts("over"));
  for (const auto& name : rule.over) KM_TRY(cause(table, "over", name));
  KM_ASSIGN(auto when, table.table("when"));
  KM_ASSIGN(rule.when, parse_condition(std::move(when), reading));
  KM_ASSIGN(rule.stronger_when, optional_condition(table, "stronger_when", reading));
  KM_ASSIGN(rule.weaker_when, optional_condition(table, "weaker_when", reading));
  return rule;
}

// Where the sentences begin; they are the last table of a file.
std::size_t say_begins(std::string_view text) {
  const std::size_t place = text.find("\n[say]");
  return place == std::string_view::npos ? text.size() : place + 1;
}

}  // namespace

std::optional<RuleText> rule_text(std::string_view shown_path, std::string_view path_below_rules,
                                  std::string text) {
  constexpr std::string_view kRule = ".toml";
  constexpr std::string_view kTest = ".test.toml";
  if (!path_below_rules.ends_with(kRule)) return std::nullopt;
  const bool is_test = path_below_rules.ends_with(kTest);
  path_below_rules.remove_suffix((is_test ? kTest : kRule).size());
  return RuleText{std::string(shown_path), std::string(path_below_rules), std::move(text), is_test};
}

Result<Rule> parse_rule(const RuleText& file) {
  KM_ASSIGN(const auto toml, TomlTable::parse(file.path, file.text));
  TomlTable table(file.path, toml, "");
  KM_ASSIGN(Rule rule, parse_head(file, table, Reading::checked));
  if (file.text.find("\n[", say_begins(file.text)) != std::string::npos)
    return table.wrong("say", "must be the last table of the file");
  KM_ASSIGN(auto say, table.table("say"));
  KM_ASSIGN(rule.say, parse_say(std::move(say)));
  KM_TRY(table.finish());
  return rule;
}

Result<Rule> parse_rule_head(const RuleText& file) {
  KM_ASSIGN(const auto toml, TomlTable::parse(file.path, std::string_view(file.text).substr(
                                                             0, say_begins(file.text))));
  TomlTable table(file.path, toml, "");
  return parse_head(file, table, Reading::trusted);
}

Result<std::vector<RuleCase>> parse_rule_cases(const RuleText& file) {
  KM_ASSIGN(const auto toml, TomlTable::parse(file.path, file.text));
  TomlTable table(file.path, toml, "");
  KM_ASSIGN(auto tables, table.tables("case"));
  KM_TRY(table.finish());
  std::vector<RuleCase> cases;
  for (auto& one : tables) {
    KM_ASSIGN(auto parsed, parse_case(std::move(one)));
    cases.push_back(std::move(parsed));
  }
  return cases;
}

}  // namespace km::diagnosis
