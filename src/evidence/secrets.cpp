// Recognises secrets by the name they are given, and by how random they look where they have none.
#include "evidence/secrets.h"

#include "evidence/pattern.h"

#include <algorithm>
#include <array>
#include <re2/re2.h>
#include <string_view>

namespace km::evidence {
namespace {

constexpr std::string_view kMask = "***";
constexpr std::size_t kRandomLength = 32;  // 128 bits in hexadecimal

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }
bool is_letter(char letter) { return (letter | 0x20) >= 'a' && (letter | 0x20) <= 'z'; }

bool names_secret(std::string_view name) {
  static constexpr std::array<std::string_view, 10> kNames{
      "token",   "password", "passwd",     "secret",     "apikey",
      "api_key", "api-key",  "credential", "access_key", "access-key"};
  const std::string in_lower_case = lower(name);
  return std::any_of(kNames.begin(), kNames.end(), [&](std::string_view part) {
    return in_lower_case.find(part) != std::string::npos;
  });
}

// A word of letters and digits mixed, as long as a key; a path, a module or a sentence is none.
bool looks_random(std::string_view word) {
  if (word.size() < kRandomLength) return false;
  std::size_t digits = 0;
  std::size_t letters = 0;
  for (const char c : word) {
    if (is_digit(c)) {
      ++digits;
    } else if (is_letter(c)) {
      ++letters;
    } else if (c != '-' && c != '_' && c != '+' && c != '=') {
      return false;
    }
  }
  return digits >= 4 && letters >= 4;
}

bool is_option_name(std::string_view word) {
  return word.size() > 1 && word.front() == '-' &&
         std::all_of(word.begin(), word.end(), [](char c) {
           return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.';
         });
}

// NAME of "NAME=value" as env(1) takes it: what stands there is an environment value.
bool is_setting(std::string_view name) {
  return !name.empty() && !is_digit(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_'; });
}

// "https://user:password@host/" → "https://***@host/"
std::string without_login(std::string word) {
  const std::size_t scheme = word.find("://");
  if (scheme == std::string::npos) return word;
  const std::size_t begin = scheme + 3;
  const std::size_t end = std::min(word.find('/', begin), word.size());
  const std::size_t at = word.rfind('@', end);
  if (at != std::string::npos && at > begin) word.replace(begin, at - begin, kMask);
  return word;
}

std::string masked(const std::string& word) {
  const std::size_t equals = word.find('=');
  if (equals != std::string::npos) {
    const std::string_view name = std::string_view(word).substr(0, equals);
    const std::string_view value = std::string_view(word).substr(equals + 1);
    if (is_setting(name) || (word.front() == '-' && (names_secret(name) || looks_random(value)))) {
      return std::string(name) + "=" + std::string(kMask);
    }
  }
  return looks_random(word) ? std::string(kMask) : without_login(word);
}

}  // namespace

std::vector<std::string> without_secrets(const std::vector<std::string>& argv) {
  std::vector<std::string> kept;
  kept.reserve(argv.size());
  bool secret_follows = false;
  for (const std::string& word : argv) {
    kept.push_back(secret_follows ? std::string(kMask) : masked(word));
    secret_follows = is_option_name(word) && names_secret(word);
  }
  return kept;
}

std::string line_without_secrets(std::string_view line) {
  static const re2::RE2 named(
      R"((?i)((?:token|passw(?:or)?d|secret|api[_-]?key|access[_-]?key|credentials?)["']?(?:=|: ?)["']?)[^\s"'&,;]{4,})");
  static const re2::RE2 login(R"((://[^\s:/@]{1,80}:)[^\s/@]{1,200}@)");
  std::string kept(line);
  re2::RE2::GlobalReplace(&kept, named, R"(\1***)");
  if (kept.find("://") != std::string::npos) re2::RE2::GlobalReplace(&kept, login, R"(\1***@)");
  return kept;
}

}  // namespace km::evidence
