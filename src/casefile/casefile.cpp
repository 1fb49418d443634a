// The case file in memory: adding to it, and asking it.
#include "casefile/casefile.h"

#include <cassert>
#include <cmath>
#include <utility>

namespace km::casefile {
namespace {

// The first value of that name for which `read` finds an answer.
template <class T, class Read>
std::optional<T> first(const std::vector<Fact>& facts, std::string_view name, const Read& read) {
  for (const auto& fact : facts) {
    if (fact.name != name) continue;
    if (std::optional<T> value = read(fact.value)) return value;
  }
  return std::nullopt;
}

}  // namespace

void CaseFile::add(std::string_view name, Value value, std::string_view source) {
  assert(is_declared(name));
  facts.push_back({std::string(name), std::move(value), std::string(source)});
}

void CaseFile::gap(std::string what, std::string why, std::string remedy) {
  gaps.push_back({std::move(what), std::move(why), std::move(remedy)});
}

std::vector<const Fact*> CaseFile::find(std::string_view name) const {
  std::vector<const Fact*> found;
  for (const auto& fact : facts) {
    if (fact.name == name) found.push_back(&fact);
  }
  return found;
}

std::optional<std::string> CaseFile::text(std::string_view name) const {
  return first<std::string>(facts, name, [](const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    return text != nullptr ? std::optional(*text) : std::nullopt;
  });
}

std::optional<std::int64_t> CaseFile::number(std::string_view name) const {
  return first<std::int64_t>(facts, name, [](const Value& value) -> std::optional<std::int64_t> {
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return *whole;
    // 2^63 itself does not fit; beyond it the conversion would be undefined.
    constexpr double kEnd = 9223372036854775808.0;
    const auto* real = std::get_if<double>(&value);
    if (real == nullptr || !(std::abs(*real) < kEnd)) return std::nullopt;
    return static_cast<std::int64_t>(*real);
  });
}

std::optional<bool> CaseFile::flag(std::string_view name) const {
  return first<bool>(facts, name, [](const Value& value) {
    const auto* flag = std::get_if<bool>(&value);
    return flag != nullptr ? std::optional(*flag) : std::nullopt;
  });
}

}  // namespace km::casefile
