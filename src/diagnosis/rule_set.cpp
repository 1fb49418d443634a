// Where rules come from: the program itself, and a folder that somebody keeps beside it.
#include "diagnosis/rule_set.h"

#include "diagnosis/diagnose.h"
#include "embedded_rules.h"

#include <algorithm>
#include <fmt/core.h>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

namespace km::diagnosis {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostFiles = 5000;
constexpr std::uintmax_t kLargestFile = std::uintmax_t{256} * 1024;

Result<std::string> read_text(const fs::path& path) {
  std::error_code error;
  if (fs::file_size(path, error) > kLargestFile && !error) {
    return fail(fmt::format("{}: larger than 256 KiB", path.string()));
  }
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file) return fail(fmt::format("{}: cannot be read", path.string()));
  return text;
}

tl::unexpected<Error> cannot_list(const fs::path& folder, std::error_code error) {
  return tl::make_unexpected(Error{
      fmt::format("cannot read the rules in {}: {}", folder.string(), error.message()), error});
}

bool same_place(const RuleText& a, const RuleText& b) {
  return a.id == b.id && a.is_test == b.is_test;
}

}  // namespace

std::vector<RuleText> built_in_texts() {
  constexpr std::string_view kBase = "rules/";
  std::vector<RuleText> texts;
  for (const auto& file : embedded::rules()) {
    auto text = rule_text(file.path, file.path.substr(kBase.size()), std::string(file.text));
    if (text) texts.push_back(*std::move(text));
  }
  return texts;
}

Result<std::vector<RuleText>> texts_below(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> paths;
  fs::recursive_directory_iterator place(folder, error);
  if (error) return cannot_list(folder, error);
  while (place != fs::recursive_directory_iterator()) {
    std::error_code gone;
    if (place->path().extension() == ".toml" && place->is_regular_file(gone)) {
      if (paths.size() == kMostFiles) {
        return fail(fmt::format("{} holds more than {} rule files", folder.string(), kMostFiles));
      }
      paths.push_back(place->path());
    }
    place.increment(error);
    if (error) return cannot_list(folder, error);
  }
  std::sort(paths.begin(), paths.end());
  std::vector<RuleText> texts;
  for (const auto& path : paths) {
    KM_ASSIGN(auto text, read_text(path));
    auto file =
        rule_text(path.string(), path.lexically_relative(folder).generic_string(), std::move(text));
    if (file) texts.push_back(*std::move(file));
  }
  return texts;
}

Result<std::vector<RuleText>> texts_with(const fs::path& folder) {
  auto texts = built_in_texts();
  if (folder.empty()) return texts;
  KM_ASSIGN(auto added, texts_below(folder));
  for (auto& file : added) {
    const auto same = std::find_if(texts.begin(), texts.end(),
                                   [&](const RuleText& known) { return same_place(known, file); });
    if (same != texts.end()) {
      *same = std::move(file);
    } else {
      texts.push_back(std::move(file));
    }
  }
  return texts;
}

Result<std::vector<Rule>> parse_rules(const std::vector<RuleText>& texts) {
  std::vector<Rule> rules;
  for (const auto& file : texts) {
    if (file.is_test) continue;
    KM_ASSIGN(auto rule, parse_rule(file));
    rules.push_back(std::move(rule));
  }
  return rules;
}

const std::vector<Rule>& built_in_rules() {
  // A broken built-in file fails a test and is left out here: the other rules still judge.
  static const std::vector<RuleText> texts = built_in_texts();
  static const std::vector<Rule> rules = [] {
    std::vector<Rule> good;
    for (const auto& file : texts) {
      if (file.is_test) continue;
      auto rule = parse_rule_head(file);
      if (!rule) continue;
      rule->text = &file;
      good.push_back(*std::move(rule));
    }
    return good;
  }();
  return rules;
}

Result<std::vector<Rule>> rules_with(const std::string& folder) {
  if (folder.empty()) return built_in_rules();
  KM_ASSIGN(const auto texts, texts_with(folder));
  return parse_rules(texts);
}

}  // namespace km::diagnosis
