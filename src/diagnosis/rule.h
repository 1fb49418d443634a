// What a rule is, and what comes out of applying it. The TOML form is told in rules/README.md.
#pragma once

#include "casefile/fact.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace km::diagnosis {

// A missing fact is never "false": it makes a condition unknown.
enum class Outcome { no_match, unknown, match };

enum class Confidence { possible, likely, certain };
std::string_view to_string(Confidence confidence);

struct RuleText;
class Pattern;  // a regular expression (RE2 syntax)

// One test on the values of one fact. A fact with several values holds when one of them does
// (count_at_least: all values are counted). Exactly one of the comparisons is set.
struct Comparison {
  std::string fact;
  std::optional<casefile::Value> equals;
  std::vector<casefile::Value> one_of;
  std::shared_ptr<const Pattern> matches;  // shared: a rule set is copied when --rules adds to it
  std::optional<double> at_least;
  std::optional<double> at_most;
  std::optional<std::int64_t> count_at_least;
  std::optional<bool> present;
  // at_least / at_most as a share of another fact: {fact = "memory.peak_bytes", at_least = 0.9, of
  // = "memory.limit_bytes"}
  std::string of;
};

// A tree of comparisons: all, any, none of its children.
struct Condition {
  enum class Kind { comparison, all, any, none };
  Kind kind = Kind::all;
  Comparison comparison;
  std::vector<Condition> children;
};

// Sentences for people; {fact.name} is replaced by the fact's value. `action` entries may be bound
// to a system (host.os) or to the installer of an environment (python.install).
struct Action {
  std::string text;
  std::string on;  // "linux", "macos", "windows"; "pip", "conda", "uv"; empty: everywhere
};

struct Say {
  std::string what;
  std::string why;
  std::vector<Action> actions;  // `do` in the file
  std::vector<std::string> see;
};

struct Rule {
  std::string id;     // "memory/cgroup-limit"
  std::string cause;  // one of the stable causes
  std::string title;
  Confidence weight = Confidence::possible;
  int rank = 50;  // among findings of equal confidence, the higher one comes first
  Condition when;
  std::optional<Condition> stronger_when;  // one step up
  std::optional<Condition> weaker_when;    // one step down
  std::vector<std::string> over;  // causes that this one explains: their findings move below it
  Say say;
  const RuleText* text = nullptr;  // not null: built in, and `say` still has to be read from there
};

// The answer for one rule that matched; the same object as in the JSON report.
struct Finding {
  std::string cause;
  Confidence confidence = Confidence::possible;
  std::string title;
  std::string what;
  std::string why;
  std::vector<std::string> actions;  // "do" in the report
  std::vector<std::string> see;
  std::string rule;
  std::vector<std::string> because;  // names of the facts that decided it
  int rank = 50;
};

}  // namespace km::diagnosis
