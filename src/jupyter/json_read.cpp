// The reading half of json_text.h: one pass, bounded depth, linear in the size of the text.
#include "jupyter/json_text.h"
#include "jupyter/utf8.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <fmt/format.h>
#include <limits>
#include <optional>
#include <unordered_map>

namespace km::jupyter {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Puts members into an object in time linear in their number; ordered_json itself looks at all
// members before each insertion, which a text of many keys would turn into minutes.
class Members {
 public:
  explicit Members(Json::object_t& object) : object_(object) {}

  // The value of that key; one that is there is emptied.
  Json& at(std::string key) {
    const auto found = find(key);
    Container& container = object_;  // ordered_map's own operator[] and emplace look at all members
    if (found) return container[*found].second = nullptr;
    if (!index_.empty()) index_.emplace(key, container.size());
    container.emplace_back(std::move(key), nullptr);
    return container.back().second;
  }

 private:
  using Container = Json::object_t::Container;

  std::optional<std::size_t> find(const std::string& key) {
    constexpr std::size_t kFewMembers = 16;  // up to here looking at all is faster than hashing
    const Container& container = object_;
    if (container.size() < kFewMembers) {
      const auto same = [&key](const auto& member) { return member.first == key; };
      const auto found = std::find_if(container.begin(), container.end(), same);
      if (found == container.end()) return std::nullopt;
      return static_cast<std::size_t>(found - container.begin());
    }
    if (index_.empty()) {
      for (std::size_t i = 0; i < container.size(); ++i) index_.emplace(container[i].first, i);
    }
    const auto found = index_.find(key);
    if (found == index_.end()) return std::nullopt;
    return found->second;
  }

  Json::object_t& object_;  // the caller's, who outlives us
  std::unordered_map<std::string, std::size_t> index_;
};

class Reader {
 public:
  Reader(std::string_view text, LoneSurrogates lone) : text_(text), lone_(lone) {}

  Result<Json> document() {
    Json root;
    skip_space();
    if (!value(root, 0)) return failure();
    skip_space();
    if (at_ != text_.size()) {
      refuse("something follows the end of the value");
      return failure();
    }
    return root;
  }

 private:
  bool value(Json& out, int depth) {
    if (at_ == text_.size()) return refuse("the text ends where a value should be");
    switch (text_[at_]) {
      case '{':
        return object(out, depth + 1);
      case '[':
        return array(out, depth + 1);
      case '"': {
        std::string text;
        if (!string(text)) return false;
        out = std::move(text);
        return true;
      }
      case 't':
        return word("true", out, true);
      case 'f':
        return word("false", out, false);
      case 'n':
        return word("null", out, nullptr);
      case 'N':
        return word("NaN", out, std::numeric_limits<double>::quiet_NaN());
      case 'I':
        return word("Infinity", out, std::numeric_limits<double>::infinity());
      default:
        return number(out);
    }
  }

  bool object(Json& out, int depth) {
    if (depth > kJsonDepth) return refuse(fmt::format("nested deeper than {}", kJsonDepth));
    out = Json::object();
    Members members(out.get_ref<Json::object_t&>());
    ++at_;
    skip_space();
    if (take('}')) return true;
    while (true) {
      std::string key;
      if (at_ == text_.size() || text_[at_] != '"') return refuse("a name in quotes is missing");
      if (!string(key)) return false;
      skip_space();
      if (!take(':')) return refuse("a colon is missing");
      skip_space();
      if (!value(members.at(std::move(key)), depth)) return false;
      skip_space();
      if (take('}')) return true;
      if (!take(',')) return refuse("a comma or a closing brace is missing");
      skip_space();
    }
  }

  bool array(Json& out, int depth) {
    if (depth > kJsonDepth) return refuse(fmt::format("nested deeper than {}", kJsonDepth));
    out = Json::array();
    auto& items = out.get_ref<Json::array_t&>();
    ++at_;
    skip_space();
    if (take(']')) return true;
    while (true) {
      if (!value(items.emplace_back(), depth)) return false;
      skip_space();
      if (take(']')) return true;
      if (!take(',')) return refuse("a comma or a closing bracket is missing");
      skip_space();
    }
  }

  bool string(std::string& out) {
    ++at_;
    while (true) {
      std::size_t plain = at_;
      while (plain < text_.size() && text_[plain] != '"' && text_[plain] != '\\' &&
             static_cast<unsigned char>(text_[plain]) >= 0x20) {
        ++plain;
      }
      out += text_.substr(at_, plain - at_);
      at_ = plain;
      if (at_ == text_.size()) return refuse("the text ends inside a string");
      if (take('"')) return true;
      if (text_[at_] != '\\') return refuse("a control character inside a string");
      if (!escape(out)) return false;
    }
  }

  bool escape(std::string& out) {
    constexpr std::string_view kNames = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    if (at_ + 1 == text_.size()) return refuse("the text ends inside a string");
    const char name = text_[at_ + 1];
    if (name == 'u') return unicode_escape(out);
    const std::size_t which = kNames.find(name);
    if (which == std::string_view::npos) return refuse("an escape that JSON does not know");
    out += kMeanings[which];
    at_ += 2;
    return true;
  }

  bool unicode_escape(std::string& out) {
    const auto first = hex4(at_);
    if (!first) return refuse("\\u needs four hexadecimal digits");
    at_ += 6;
    const bool high = *first >= 0xD800U && *first < 0xDC00U;
    const auto second = high ? hex4(at_) : std::nullopt;
    if (second && *second >= 0xDC00U && *second < 0xE000U) {
      append_utf8(0x10000U + ((*first - 0xD800U) << 10U) + (*second - 0xDC00U), out);
      at_ += 6;
    } else if (*first >= 0xD800U && *first < 0xE000U && lone_ == LoneSurrogates::replace) {
      out += kReplacement;
    } else {
      append_utf8(*first, out);
    }
    return true;
  }

  // The number of a \uXXXX that begins at `at`.
  std::optional<std::uint32_t> hex4(std::size_t at) const {
    const std::string_view escape = text_.substr(std::min(at, text_.size()), 6);
    if (escape.size() < 6 || escape[0] != '\\' || escape[1] != 'u') return std::nullopt;
    std::uint32_t code = 0;
    const auto end = std::from_chars(escape.data() + 2, escape.data() + 6, code, 16);
    if (end.ptr != escape.data() + 6) return std::nullopt;
    return code;
  }

  bool number(Json& out) {
    std::size_t end = at_;
    const auto digits = [&] {
      const std::size_t begin = end;
      while (end < text_.size() && is_digit(text_[end])) ++end;
      return end > begin;
    };
    const auto is_at = [&](std::string_view set) {
      return end < text_.size() && set.find(text_[end]) != std::string_view::npos;
    };
    if (is_at("-")) ++end;
    if (end > at_ && is_at("I")) {
      ++at_;
      return word("Infinity", out, -std::numeric_limits<double>::infinity());
    }
    const bool zero = is_at("0");
    if (!digits()) return refuse("no JSON value begins here");
    const std::size_t whole = end - at_;
    if (zero && end - at_ > (text_[at_] == '-' ? 2U : 1U)) return refuse("a number begins with 0");
    if (is_at(".")) {
      ++end;
      if (!digits()) return refuse("digits are missing behind the point");
    }
    if (is_at("eE")) {
      ++end;
      if (is_at("+-")) ++end;
      if (!digits()) return refuse("digits are missing in the exponent");
    }
    const std::string literal(text_.substr(at_, end - at_));
    out = literal.size() == whole ? integer(literal) : Json(std::strtod(literal.c_str(), nullptr));
    at_ = end;
    return true;
  }

  static Json integer(const std::string& literal) {
    const char* begin = literal.data();
    const char* end = begin + literal.size();
    std::int64_t small = 0;
    if (std::from_chars(begin, end, small).ec == std::errc()) return small;
    std::uint64_t large = 0;
    if (std::from_chars(begin, end, large).ec == std::errc()) return large;
    return Json::binary({literal.begin(), literal.end()});
  }

  template <class Value>
  bool word(std::string_view word, Json& out, Value value) {
    if (text_.substr(at_, word.size()) != word) return refuse("no JSON value begins here");
    at_ += word.size();
    out = value;
    return true;
  }

  bool take(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void skip_space() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t')) {
      ++at_;
    }
  }

  bool refuse(std::string reason) {
    reason_ = std::move(reason);
    return false;
  }

  tl::unexpected<Error> failure() const {
    const std::string_view before = text_.substr(0, at_);
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0: the first line
    return fail(fmt::format("{} (line {}, column {})", reason_, line, at_ - line_begin + 1));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  LoneSurrogates lone_;
  std::string reason_;
};

}  // namespace

Result<Json> parse_json(std::string_view text, LoneSurrogates lone) {
  return Reader(text, lone).document();
}

const Json& member(const Json& json, std::string_view name) {
  static const Json nothing;
  if (!json.is_object()) return nothing;
  const auto found = json.find(std::string(name));
  return found == json.end() ? nothing : *found;
}

std::string text_member(const Json& json, std::string_view name) {
  const Json& value = member(json, name);
  return value.is_string() ? clean_utf8(value.get_ref<const std::string&>()) : std::string();
}

}  // namespace km::jupyter
