// Gathers, and decides which of two values stands.
#include "readers/environment_reading.h"

#include "evidence/host.h"

#include <algorithm>
#include <array>

namespace km::readers {
namespace {

constexpr std::size_t kMaxPackages = 2000;
constexpr std::string_view kDerived = " (from a path)";

bool is_derived(const casefile::Fact& fact) { return fact.source.ends_with(kDerived); }

// "3.8.8" says more than "3.8", and nothing else.
bool refines(const casefile::Value& fine, const casefile::Value& coarse) {
  const auto* longer = std::get_if<std::string>(&fine);
  const auto* shorter = std::get_if<std::string>(&coarse);
  return longer != nullptr && shorter != nullptr && longer->size() > shorter->size() &&
         longer->starts_with(*shorter);
}

}  // namespace

void Reading::told(std::string_view name, casefile::Value value) {
  for (Entry& entry : entries_) {
    if (entry.name != name || entry.derived) continue;
    if (refines(value, entry.value)) entry = {entry.name, std::move(value), source(), false};
    return;
  }
  entries_.push_back({std::string(name), std::move(value), source(), false});
}

void Reading::derived(std::string_view name, std::string value) {
  const bool there = std::any_of(entries_.begin(), entries_.end(),
                                 [&](const Entry& entry) { return entry.name == name; });
  if (!there) {
    entries_.push_back(
        {std::string(name), std::move(value), source() + std::string(kDerived), true});
  }
}

void Reading::package(std::string_view name, std::string_view version) {
  if (packages_.size() >= kMaxPackages) return;
  std::string key;  // PEP 503
  for (const char c : evidence::lower(name)) key += c == '_' || c == '.' ? '-' : c;
  if (packages_source_.empty()) packages_source_ = source();
  std::string& known = packages_[std::move(key)];
  if (known.empty()) known = std::string(version);
}

void Reading::feature(std::string_view name, bool there) {
  if (features_source_.empty()) features_source_ = source();
  features_.emplace(std::string(name), there);
}

void Reading::add_packages(casefile::CaseFile& out) {
  if (packages_.empty()) return;
  std::vector<std::string> list;
  list.reserve(packages_.size());
  for (const auto& [name, version] : packages_) {
    list.push_back(name);
    if (!version.empty()) list.back().append(1, ' ').append(version);
  }
  out.add("python.packages", std::move(list), packages_source_);
}

void Reading::add_features(casefile::CaseFile& out) {
  std::vector<std::string> there;
  std::vector<std::string> lacks;
  for (const auto& [name, offered] : features_) (offered ? there : lacks).push_back(name);
  if (!there.empty()) out.add("cpu.features", std::move(there), features_source_);
  // Those that no fact may name are of no use to a rule.
  std::erase_if(lacks, [](const std::string& name) {
    const auto known = evidence::lacking({});
    return std::find(known.begin(), known.end(), name) == known.end();
  });
  if (!lacks.empty()) {
    out.add("cpu.lacks", std::move(lacks), features_source_);
  } else if (features_.contains("avx") && features_.contains("avx2")) {
    out.none("cpu.lacks", features_source_);
  }
}

void Reading::settle(casefile::CaseFile& out) {
  bool any_told = !packages_.empty() || !features_.empty();
  for (Entry& entry : entries_) {
    const auto known = out.find(entry.name);
    const bool told_before = std::any_of(
        known.begin(), known.end(), [](const casefile::Fact* fact) { return !is_derived(*fact); });
    if (entry.derived) {
      if (known.empty()) out.add(entry.name, std::move(entry.value), entry.source);
      continue;
    }
    any_told = true;
    const bool same = std::any_of(known.begin(), known.end(), [&](const casefile::Fact* fact) {
      return fact->value == entry.value && !is_derived(*fact);
    });
    if (same) continue;
    if (!told_before) {  // what a path gave away in another file was only a makeshift
      std::erase_if(out.facts, [&](const casefile::Fact& fact) { return fact.name == entry.name; });
    }
    out.add(entry.name, std::move(entry.value), entry.source);
  }
  add_packages(out);
  add_features(out);
  if (any_told) out.add("evidence.kind", std::string("environment text"), excerpt_->name);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_version(std::string_view text) {
  constexpr std::size_t kLongest = 48;  // "2.8.0.dev20250310+cu124.git1234567"
  if (text.empty() || text.size() > kLongest || !is_digit(text.front())) return false;
  if (text.find('.') == std::string_view::npos && text.size() > 4) return false;  // no long number
  return text.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz.+!-_") ==
         std::string_view::npos;
}

std::string_view version_in(std::string_view text) {
  const std::size_t first = text.find_first_of("0123456789");
  if (first == std::string_view::npos) return {};
  std::string_view version = text.substr(first);
  version = version.substr(0, version.find_first_not_of("0123456789."));
  while (version.ends_with('.')) version.remove_suffix(1);
  return version;
}

std::vector<std::string_view> fields_of(std::string_view line, std::size_t most) {
  std::vector<std::string_view> fields;
  while (fields.size() < most) {
    const std::size_t first = line.find_first_not_of(" \t");
    if (first == std::string_view::npos) break;
    line.remove_prefix(first);
    const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
    fields.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
  return fields;
}

std::string_view architecture_of_word(std::string_view word) {
  struct Spelling {
    std::string_view word, architecture;
  };
  constexpr std::array kSpellings{Spelling{"arm64", "arm64"},     Spelling{"aarch64", "aarch64"},
                                  Spelling{"x86_64", "x86_64"},   Spelling{"x86-64", "x86_64"},
                                  Spelling{"amd64", "x86_64"},    Spelling{"x64", "x86_64"},
                                  Spelling{"i686", "i686"},       Spelling{"i386", "i686"},
                                  Spelling{"i586", "i686"},       Spelling{"armv7l", "armv7l"},
                                  Spelling{"armv6l", "armv6l"},   Spelling{"ppc64le", "ppc64le"},
                                  Spelling{"riscv64", "riscv64"}, Spelling{"s390x", "s390x"},
                                  Spelling{"arm64e", "arm64"}};
  const std::string wanted = evidence::lower(word);
  for (const Spelling& spelling : kSpellings) {
    if (spelling.word == wanted) return spelling.architecture;
  }
  return {};
}

std::string_view hardware_of(std::string_view architecture) {
  return architecture == "aarch64" ? "arm64" : architecture;
}

}  // namespace km::readers
