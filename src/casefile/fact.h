// A fact: one thing that was found out about a death, with where it comes from.
//
// Every name a collector may use or a rule may ask for is declared in fact.cpp with one line of
// meaning, so that a misspelt name is an error on load and not a condition that never holds.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace km::casefile {

// What was looked for and is not there. Not the same as a fact that nobody collected (that one is
// simply absent).
struct NotThere {
  friend bool operator==(NotThere, NotThere) { return true; }
};

using Value =
    std::variant<NotThere, bool, std::int64_t, double, std::string, std::vector<std::string>>;

struct Fact {
  std::string name;    // declared in fact_names()
  Value value;         // bytes, seconds, counts as numbers; the unit stands in the name
  std::string source;  // file and line, system call, or message that told it
};

// The value as people read it: "12", "yes", "a, b"; NotThere is "none".
std::string to_text(const Value& value);

struct FactName {
  std::string_view name;
  std::string_view meaning;
};

std::span<const FactName> fact_names();  // sorted by name
bool is_declared(std::string_view name);

}  // namespace km::casefile
