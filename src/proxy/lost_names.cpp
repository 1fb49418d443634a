#include "proxy/lost_names.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace km::proxy {
namespace {

bool in_name(char c) {
  return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80;
}

// The words of a line, a dotted one once: "import numpy.linalg as la" → import, numpy.linalg, as,
// la.
std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (std::size_t i = 0; i < line.size();) {
    if (!in_name(line[i])) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < line.size() && (in_name(line[end]) || line[end] == '.')) ++end;
    words.push_back(line.substr(i, end - i));
    i = end;
  }
  return words;
}

// Where "=" stands alone; npos where it does not: comparisons, keyword arguments in brackets.
std::size_t assignment_of(std::string_view line) {
  int depth = 0;
  std::size_t last = std::string_view::npos;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '#' || c == '"' || c == '\'') break;
    if (c == '(' || c == '[' || c == '{') ++depth;
    if (c == ')' || c == ']' || c == '}') --depth;
    if (c != '=' || depth > 0) continue;
    const char before = i > 0 ? line[i - 1] : ' ';
    if (i + 1 < line.size() && line[i + 1] == '=') {
      ++i;
    } else if (std::string_view("=!<>").find(before) == std::string_view::npos) {
      last = i;  // a = b = 1
    }
  }
  return last;
}

std::string_view before_dot(std::string_view word) { return word.substr(0, word.find('.')); }

}  // namespace

void LostNames::bind(std::string_view name, int count) {
  if (name.empty() || (name.front() >= '0' && name.front() <= '9')) return;
  if (alive_.size() >= kMost && !alive_.contains(std::string(name))) return;
  alive_.insert_or_assign(std::string(name), count);
}

void LostNames::ran(std::string_view code, int count) {
  alive_cells_ = {alive_cells_ ? alive_cells_->first : count, count};
  while (!code.empty()) {
    const auto line = code.substr(0, code.find('\n'));
    code.remove_prefix(std::min(code.size(), line.size() + 1));
    const auto words = words_of(line);
    if (words.empty()) continue;
    if (const auto equals = assignment_of(line); equals != std::string_view::npos) {
      // "x.y = 1" and "x[0] = 1" bind nothing new, and to call x lost is no lie.
      for (const auto word : words_of(line.substr(0, equals))) bind(before_dot(word), count);
    }
    constexpr std::array<std::string_view, 4> kBinders{"def", "class", "as", "for"};
    const bool imports = words[0] == "import" || (words[0] == "from" && words.size() > 2);
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
      if (std::find(kBinders.begin(), kBinders.end(), words[i]) != kBinders.end())
        bind(before_dot(words[i + 1]), count);
    }
    if (!imports) continue;
    const auto first = std::find(words.begin(), words.end(), "import");
    for (auto word = first; word != words.end(); ++word) {
      if (word != first && *word != "as") bind(before_dot(*word), count);
    }
  }
}

void LostNames::died() {
  for (const auto& [name, count] : alive_) {
    if (lost_.size() < kMost || lost_.contains(name)) lost_.insert_or_assign(name, count);
  }
  alive_.clear();
  cells_ = std::exchange(alive_cells_, {});
}

std::optional<int> LostNames::lost(const std::string& name) const {
  const auto found = lost_.find(name);
  if (found == lost_.end() || alive_.contains(name)) return std::nullopt;
  return found->second;
}

std::string undefined_name(std::string_view sentence) {
  constexpr std::string_view kBegin = "name '";
  constexpr std::string_view kEnd = "' is not defined";
  if (!sentence.starts_with(kBegin)) return {};
  sentence.remove_prefix(kBegin.size());
  const auto end = sentence.find(kEnd);
  return end == std::string_view::npos ? std::string() : std::string(sentence.substr(0, end));
}

}  // namespace km::proxy
