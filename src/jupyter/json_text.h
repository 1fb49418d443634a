// JSON as Python reads and writes it: NaN, integers of any size and lone surrogates are part of
// real notebooks, and nlohmann's own reader and writer refuse or change them.
#pragma once

#include "result.h"

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace km::jupyter {

using Json =
    nlohmann::ordered_json;  // outputs keep the order in which the kernel named their mime types

inline constexpr int kJsonDepth = 512;  // deeper text is refused: our own stack is finite

// "\ud800" alone is no character. Kept, it lies in the string as the three bytes that UTF-8
// forbids, and JsonWriter writes it as it came.
enum class LoneSurrogates { keep, replace };

// `text` must be UTF-8. As Python's json: of equal keys the last counts, NaN and Infinity are
// numbers. An integer beyond 64 bits becomes a binary value that holds its digits. Errors tell line
// and column.
Result<Json> parse_json(std::string_view text, LoneSurrogates lone = LoneSurrogates::replace);

// The text member `name` of an object; empty where `json` is no object or has no such text. UTF-8
// in any case.
std::string text_member(const Json& json, std::string_view name);
// The member `name` of an object, or null.
const Json& member(const Json& json, std::string_view name);

// Writes JSON of any value, never throws: what is not UTF-8 becomes U+FFFD.
class JsonWriter {
 public:
  enum class Style {
    compact,   // order of members as it is
    notebook,  // json.dumps(indent=1, sort_keys=True, ensure_ascii=False, separators=(",", ": "))
  };
  explicit JsonWriter(Style style) : style_(style) {}

  void value(const Json& value);
  void string(std::string_view text);
  // A text as the list of its lines, cut as Python's str.splitlines(True) cuts.
  void lines(std::string_view text);
  // An object, member by member but for those in `without`: `member(key, value)` writes the value.
  template <class Member>
  void object(const Json& object, std::initializer_list<std::string_view> without, Member member) {
    begin('{');
    for (const auto* entry : members_of(object, without)) {
      separate();
      string(entry->first);
      text_ += style_ == Style::compact ? ":" : ": ";
      member(std::string_view(entry->first), entry->second);
    }
    end('}');
  }
  // A list: `element(value)` writes each.
  template <class Element>
  void array(const Json& array, Element element) {
    begin('[');
    for (const Json& item : array) {
      separate();
      element(item);
    }
    end(']');
  }

  std::string take() { return std::move(text_); }

 private:
  using Member = Json::object_t::value_type;
  std::vector<const Member*> members_of(const Json& object,
                                        std::initializer_list<std::string_view> without) const;
  void begin(char bracket);
  void separate();
  void end(char bracket);
  void new_line();
  void number(double number);

  Style style_;
  std::string text_;
  int depth_ = 0;
  bool empty_ = true;  // nothing written yet inside the innermost bracket
};

std::string to_compact_json(const Json& value);

}  // namespace km::jupyter
