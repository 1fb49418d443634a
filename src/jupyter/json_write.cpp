// The writing half of json_text.h: byte for byte what Python's json module writes.
#include "jupyter/json_text.h"
#include "jupyter/utf8.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <iterator>

namespace km::jupyter {
namespace {

// Length of the line end that begins at text[at], for str.splitlines: \n, \r, \r\n, \v, \f, the
// separators 1C to 1E, U+0085, U+2028, U+2029; 0 where there is none.
std::size_t line_end(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  if (rest.front() == '\r') return rest.substr(0, 2) == "\r\n" ? 2 : 1;
  if ((rest.front() >= '\n' && rest.front() <= '\f') ||
      (rest.front() >= '\x1c' && rest.front() <= '\x1e')) {
    return 1;
  }
  if (rest.substr(0, 2) == "\xC2\x85") return 2;
  if (rest.substr(0, 3) == "\xE2\x80\xA8" || rest.substr(0, 3) == "\xE2\x80\xA9") return 3;
  return 0;
}

// The number of a lone surrogate that parse_json kept as three bytes at text[at]; 0 where there is
// none.
unsigned surrogate_at(std::string_view text, std::size_t at) {
  if (text.size() - at < 3 || text[at] != '\xED') return 0;
  const auto second = static_cast<unsigned char>(text[at + 1]);
  const auto third = static_cast<unsigned char>(text[at + 2]);
  if (second < 0xA0U || second > 0xBFU || third < 0x80U || third > 0xBFU) return 0;
  return 0xD000U | (second & 0x3FU) << 6U | (third & 0x3FU);
}

}  // namespace

void JsonWriter::value(const Json& json) {
  switch (json.type()) {
    case Json::value_t::object:
      object(json, {}, [this](std::string_view, const Json& member) { value(member); });
      break;
    case Json::value_t::array:
      array(json, [this](const Json& item) { value(item); });
      break;
    case Json::value_t::string:
      string(json.get_ref<const Json::string_t&>());
      break;
    case Json::value_t::boolean:
      text_ += json.get<bool>() ? "true" : "false";
      break;
    case Json::value_t::number_integer:
      fmt::format_to(std::back_inserter(text_), "{}", json.get<std::int64_t>());
      break;
    case Json::value_t::number_unsigned:
      fmt::format_to(std::back_inserter(text_), "{}", json.get<std::uint64_t>());
      break;
    case Json::value_t::number_float:
      number(json.get<double>());
      break;
    case Json::value_t::binary:  // the digits of a large integer
      text_.append(json.get_binary().begin(), json.get_binary().end());
      break;
    case Json::value_t::null:
    case Json::value_t::discarded:
      text_ += "null";
      break;
  }
}

// fmt and Python's repr agree on the shortest digits and on when to use an exponent; only whole
// numbers differ.
void JsonWriter::number(double number) {
  if (std::isnan(number)) {
    text_ += "NaN";
    return;
  }
  if (std::isinf(number)) {
    text_ += number < 0 ? "-Infinity" : "Infinity";
    return;
  }
  const std::size_t begin = text_.size();
  fmt::format_to(std::back_inserter(text_), "{}", number);
  if (text_.find_first_of(".e", begin) == std::string::npos) text_ += ".0";
}

void JsonWriter::string(std::string_view text) {
  text_ += '"';
  std::size_t plain = 0;  // begin of what has not been written yet
  std::size_t at = 0;
  const auto replace = [&](std::size_t length, std::string_view by) {
    text_ += text.substr(plain, at - plain);
    text_ += by;
    at += length;
    plain = at;
  };
  while (at < text.size()) {
    const auto c = static_cast<unsigned char>(text[at]);
    if (c == '"') {
      replace(1, "\\\"");
    } else if (c == '\\') {
      replace(1, "\\\\");
    } else if (c >= 0x20U && c < 0x80U) {
      ++at;
    } else if (c < 0x20U) {
      constexpr std::string_view kNamed = "\b\f\n\r\t";
      constexpr std::string_view kNames = "bfnrt";
      const std::size_t which = kNamed.find(text[at]);
      replace(1, which == std::string_view::npos ? fmt::format("\\u{:04x}", c)
                                                 : fmt::format("\\{}", kNames[which]));
    } else if (const Utf8Step step = utf8_step(text, at); step.valid) {
      at += step.length;
    } else if (const unsigned surrogate = surrogate_at(text, at); surrogate != 0) {
      replace(3, fmt::format("\\u{:04x}", surrogate));
    } else {
      replace(step.length, kReplacement);
    }
  }
  text_ += text.substr(plain);
  text_ += '"';
}

void JsonWriter::lines(std::string_view text) {
  begin('[');
  std::size_t from = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = line_end(text, at);
    at += end == 0 ? 1 : end;
    if (end == 0 && at < text.size()) continue;
    separate();
    string(text.substr(from, at - from));
    from = at;
  }
  end(']');
}

std::vector<const JsonWriter::Member*> JsonWriter::members_of(
    const Json& object, std::initializer_list<std::string_view> without) const {
  std::vector<const Member*> members;
  for (const Member& member : object.get_ref<const Json::object_t&>()) {
    if (std::find(without.begin(), without.end(), member.first) == without.end()) {
      members.push_back(&member);
    }
  }
  if (style_ == Style::notebook) {
    // The order of UTF-8 bytes is that of code points, by which Python sorts.
    std::sort(members.begin(), members.end(),
              [](const Member* a, const Member* b) { return a->first < b->first; });
  }
  return members;
}

void JsonWriter::begin(char bracket) {
  text_ += bracket;
  ++depth_;
  empty_ = true;
}

void JsonWriter::separate() {
  if (!empty_) text_ += ',';
  empty_ = false;
  new_line();
}

void JsonWriter::end(char bracket) {
  --depth_;
  if (!empty_) new_line();
  text_ += bracket;
  empty_ = false;  // of the bracket around: it holds at least what ends here
}

void JsonWriter::new_line() {
  if (style_ != Style::notebook) return;
  text_ += '\n';
  text_.append(static_cast<std::size_t>(depth_), ' ');
}

std::string to_compact_json(const Json& value) {
  JsonWriter writer(JsonWriter::Style::compact);
  writer.value(value);
  return writer.take();
}

}  // namespace km::jupyter
