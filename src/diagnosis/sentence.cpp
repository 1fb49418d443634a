// Puts facts into the sentences of rules.
#include "diagnosis/sentence.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/core.h>
#include <optional>
#include <vector>

namespace km::diagnosis {
namespace {

using casefile::CaseFile;
using casefile::Value;

constexpr std::string_view kWords = "words";
constexpr std::size_t kLongestValue = 300;
constexpr std::size_t kMostValues = 8;

// One "{name|fallback}" or "{name[0]|fallback}", and where the sentence goes on behind it.
struct Place {
  std::string_view name;
  bool first_only = false;
  std::optional<std::string_view> fallback;
  std::size_t end = 0;
};

std::optional<Place> place_at(std::string_view sentence, std::size_t open) {
  const auto close = sentence.find('}', open);
  if (close == std::string_view::npos) return std::nullopt;
  Place place{sentence.substr(open + 1, close - open - 1), false, std::nullopt, close + 1};
  if (const auto bar = place.name.find('|'); bar != std::string_view::npos) {
    place.fallback = place.name.substr(bar + 1);
    place.name = place.name.substr(0, bar);
  }
  if (constexpr std::string_view kFirst = "[0]"; place.name.ends_with(kFirst)) {
    place.name.remove_suffix(kFirst.size());
    place.first_only = true;
  }
  return place;
}

// Cut between characters, not inside one; line ends would break a sentence into a list.
std::string shortened(std::string text) {
  if (text.size() > kLongestValue) {
    std::size_t end = kLongestValue;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    text.resize(end);
    text += "...";
  }
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  return text;
}

std::string quoted(const std::string& text) {
  constexpr std::string_view kPlain = "_./:=@%+,-~";
  const auto plain = [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kPlain.find(c) != std::string_view::npos;
  };
  if (!text.empty() && std::all_of(text.begin(), text.end(), plain)) return text;
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else if (c != '`') {  // it would end the part that people copy
      out += c;
    }
  }
  return out + "'";
}

std::string one_value(std::string_view name, const Value& value) {
  if (name.ends_with("_bytes")) {
    if (const auto* whole = std::get_if<std::int64_t>(&value)) {
      return size_text(static_cast<double>(*whole));
    }
    if (const auto* real = std::get_if<double>(&value)) return size_text(*real);
  }
  if (const auto* real = std::get_if<double>(&value);
      real != nullptr && name.ends_with("_seconds")) {
    return fmt::format("{:.{}f}", *real, *real < 1 ? 3 : 1);
  }
  return casefile::to_text(value);
}

std::vector<std::string> values_of(const CaseFile& casefile, std::string_view name) {
  std::vector<std::string> values;
  for (const auto* fact : casefile.find(name)) {
    if (std::holds_alternative<casefile::NotThere>(fact->value)) continue;
    if (const auto* texts = std::get_if<std::vector<std::string>>(&fact->value)) {
      values.insert(values.end(), texts->begin(), texts->end());
    } else {
      values.push_back(one_value(name, fact->value));
    }
  }
  return values;
}

std::string filled_place(const Place& place, const CaseFile& casefile, std::string_view words,
                         bool in_command) {
  auto values = place.name == kWords ? std::vector<std::string>{std::string(words)}
                                     : values_of(casefile, place.name);
  if (values.empty() || (values.size() == 1 && values[0].empty())) {
    return std::string(place.fallback.value_or("unknown"));
  }
  if (place.first_only) values.resize(1);
  const bool command_line = place.name.ends_with(".argv");
  const std::size_t shown = command_line ? values.size() : std::min(values.size(), kMostValues);
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) text += command_line || in_command ? " " : ", ";
    const auto value = shortened(values[i]);
    text += in_command ? quoted(value) : value;
  }
  if (shown < values.size()) text += fmt::format(" and {} more", values.size() - shown);
  return text;
}

}  // namespace

std::string size_text(double bytes) {
  constexpr std::array kUnits{"bytes", "KiB", "MiB", "GiB", "TiB", "PiB"};
  std::size_t unit = 0;
  while (std::abs(bytes) >= 1024 && unit + 1 < kUnits.size()) {
    bytes /= 1024;
    ++unit;
  }
  auto number = fmt::format("{:.1f}", bytes);
  if (number.ends_with(".0")) number.resize(number.size() - 2);
  return fmt::format("{} {}", number, kUnits.at(unit));
}

Result<> check_sentence(std::string_view sentence) {
  std::size_t position = 0;
  while ((position = sentence.find_first_of("{}", position)) != std::string_view::npos) {
    if (sentence.substr(position, 2) == "{{" || sentence.substr(position, 2) == "}}") {
      position += 2;
      continue;
    }
    const auto place = sentence[position] == '{' ? place_at(sentence, position) : std::nullopt;
    if (!place) return fail("a single brace; write {{ or }} where a brace is meant");
    if (place->name != kWords && !casefile::is_declared(place->name)) {
      return fail(fmt::format("{{{}}} is not a known fact", place->name));
    }
    position = place->end;
  }
  if (std::count(sentence.begin(), sentence.end(), '`') % 2 != 0) {
    return fail("a backtick without its partner");
  }
  return {};
}

std::string fill(std::string_view sentence, const CaseFile& casefile, std::string_view words) {
  std::string text;
  bool in_command = false;
  for (std::size_t i = 0; i < sentence.size();) {
    const char c = sentence[i];
    const bool doubled = (c == '{' || c == '}') && sentence.substr(i, 2) == std::string(2, c);
    const auto place = c == '{' && !doubled ? place_at(sentence, i) : std::nullopt;
    if (place) {
      text += filled_place(*place, casefile, words, in_command);
      i = place->end;
      continue;
    }
    if (c == '`') in_command = !in_command;
    text += c;
    i += doubled ? 2 : 1;
  }
  return text;
}

}  // namespace km::diagnosis
