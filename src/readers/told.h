// Adds what handed-in evidence tells, once: logs repeat themselves, a case file should not.
#pragma once

#include "casefile/casefile.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace km::readers {

inline constexpr std::size_t kMaxValuesToldOfOneName = 64;

// Nothing happens where the name has this value already, or more values than anybody reads.
inline void tell(casefile::CaseFile& out, std::string_view name, casefile::Value value,
                 std::string_view source) {
  const auto known = out.find(name);
  if (known.size() >= kMaxValuesToldOfOneName) return;
  const bool told = std::any_of(known.begin(), known.end(),
                                [&](const casefile::Fact* fact) { return fact->value == value; });
  if (!told) out.add(name, std::move(value), source);
}

template <class Text>
requires std::is_convertible_v<const Text&, std::string_view>
void tell(casefile::CaseFile& out, std::string_view name, const Text& text,
          std::string_view source) {
  tell(out, name, casefile::Value(std::string(std::string_view(text))), source);
}

}  // namespace km::readers
