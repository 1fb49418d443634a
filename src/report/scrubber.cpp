#include "report/scrubber.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <optional>
#include <utility>

namespace km::report {
namespace {

constexpr std::string_view kLeftOut = "(left out)";

// Accounts that many machines have: they name nobody, and as words they stand in honest sentences.
constexpr std::array<std::string_view, 20> kCommonAccounts{
    "root",    "user",    "users",  "admin",  "ubuntu", "debian", "jovyan",
    "jupyter", "runner",  "vscode", "docker", "python", "nobody", "default",
    "test",    "vagrant", "app",    "work",   "guest",  "shared"};

bool in_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' ||
         (static_cast<unsigned char>(c) & 0x80U) != 0;
}

bool is_common(std::string_view name) {
  std::string lower(name);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return std::find(kCommonAccounts.begin(), kCommonAccounts.end(), lower) != kCommonAccounts.end();
}

// `folder` → "~" where it is a whole path or the beginning of one.
std::string with_tilde(std::string text, std::string_view folder) {
  if (folder.size() < 2) return text;
  for (std::size_t at = text.find(folder); at != std::string::npos;
       at = text.find(folder, at + 1)) {
    const std::size_t end = at + folder.size();
    const bool inside =
        end < text.size() && (in_word(text[end]) || text[end] == '-' || text[end] == '.');
    const bool deeper = at > 0 && (in_word(text[at - 1]) || text[at - 1] == '.');
    if (!inside && !deeper) text.replace(at, folder.size(), "~");
  }
  return text;
}

struct HomePath {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string user;
};

// The next home folder of the usual form at or after `from`.
std::optional<HomePath> next_home(std::string_view text, std::size_t from) {
  // Longest first: the shorter ones are inside of them.
  constexpr std::array<std::string_view, 6> kParents{"/export/home/", "/var/home/", "/usr/home/",
                                                     "/home/",        "/Users/",    ":\\Users\\"};
  constexpr std::string_view kEndsName = "/\\ \t\n\r:;,'\"<>|()[]{}`";
  std::optional<HomePath> found;
  for (const std::string_view parent : kParents) {
    const std::size_t at = text.find(parent, from);
    if (at == std::string_view::npos || (found && at >= found->begin)) continue;
    const bool windows = parent.front() == ':';
    if (windows && at == 0) continue;  // no drive letter
    const std::size_t name = at + parent.size();
    std::size_t end = text.find_first_of(kEndsName, name);
    if (windows) {
      // Windows account names may hold spaces; one does where the path goes on soon behind them.
      constexpr std::size_t kLongestName = 40;
      const std::size_t slash = text.find_first_of("\\\n\"'", name);
      if (slash != std::string_view::npos && text[slash] == '\\' && slash - name <= kLongestName)
        end = slash;
    }
    end = std::min(end, text.size());
    if (end == name) continue;
    found = HomePath{at - (windows ? 1 : 0), end, std::string(text.substr(name, end - name))};
  }
  return found;
}

// NAME=value, NAME: value where the name speaks of a secret. Names are short; the scan stays
// linear.
std::string without_secrets(std::string text) {
  constexpr std::array<std::string_view, 6> kWords{"TOKEN",  "SECRET",  "PASSWORD",
                                                   "PASSWD", "API_KEY", "ACCESS_KEY"};
  std::string upper(text);
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  for (const std::string_view word : kWords) {
    for (std::size_t at = upper.find(word); at != std::string::npos;
         at = upper.find(word, at + 1)) {
      std::size_t sign = at + word.size();
      while (sign < upper.size() && in_word(upper[sign])) ++sign;  // API_KEY_2
      while (sign < upper.size() &&
             (upper[sign] == '"' || upper[sign] == '\'' || upper[sign] == ' '))
        ++sign;
      if (sign >= upper.size() || (upper[sign] != '=' && upper[sign] != ':')) continue;
      const std::size_t value = upper.find_first_not_of(" \t\"'", sign + 1);
      if (value == std::string::npos) continue;
      const std::size_t end = std::min(upper.find_first_of(" \t\n\r\"',;&", value), upper.size());
      text.replace(value, end - value, kLeftOut);
      upper.replace(value, end - value, kLeftOut);
    }
  }
  return text;
}

}  // namespace

std::string with_word(std::string text, std::string_view word, std::string_view by) {
  if (word.empty()) return text;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at)) {
    const std::size_t end = at + word.size();
    const bool whole =
        (at == 0 || !in_word(text[at - 1])) && (end >= text.size() || !in_word(text[end]));
    if (whole) text.replace(at, word.size(), by);
    at += whole ? by.size() : 1;
  }
  return text;
}

Scrubber::Scrubber(const Names& names) : home_(names.home) {
  while (home_.size() > 1 && home_.back() == '/') home_.pop_back();
  if (names.user.size() > 1 && !is_common(names.user)) users_.push_back(names.user);
  if (names.host.size() > 1 && names.host != "localhost" && !is_common(names.host)) {
    hosts_.push_back(names.host);
    const std::string first = names.host.substr(0, names.host.find('.'));
    if (first.size() > 1 && first != names.host && !is_common(first)) hosts_.push_back(first);
  }
}

void Scrubber::learn(std::string_view text) {
  constexpr std::size_t kUsersAtMost = 16;
  for (auto home = next_home(text, 0); home; home = next_home(text, home->end)) {
    const bool known = std::find(users_.begin(), users_.end(), home->user) != users_.end();
    if (home->user.size() < 2 || known || is_common(home->user)) continue;
    if (users_.size() < kUsersAtMost) users_.push_back(home->user);
  }
}

std::string Scrubber::clean(std::string_view text) const {
  std::string result = with_tilde(std::string(text), home_);
  for (auto home = next_home(result, 0); home; home = next_home(result, home->begin + 1)) {
    result.replace(home->begin, home->end - home->begin, "~");
  }
  for (const std::string& host : hosts_) result = with_word(std::move(result), host, "host");
  for (const std::string& user : users_) result = with_word(std::move(result), user, "user");
  return without_secrets(std::move(result));
}

std::string reduced_argument(std::string_view word) {
  const std::size_t equals = word.find('=');
  const bool option = !word.empty() && word.front() == '-';
  if (equals != std::string_view::npos && !option) {
    return std::string(word.substr(0, equals + 1)) + std::string(kLeftOut);  // NAME=value
  }
  const std::size_t slash = word.find_last_of("/\\");
  if (slash == std::string_view::npos) return std::string(word);
  const std::string kept = option && equals != std::string_view::npos
                               ? std::string(word.substr(0, equals + 1))
                               : std::string();
  return kept + std::string(word.substr(slash + 1));
}

}  // namespace km::report
