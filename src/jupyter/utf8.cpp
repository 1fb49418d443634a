// Which bytes make a character: table 3-7 of the Unicode standard.
#include "jupyter/utf8.h"

#include <cstdint>

namespace km::jupyter {
namespace {

std::uint8_t byte_at(std::string_view text, std::size_t at) {
  return static_cast<std::uint8_t>(text[at]);
}

// What may follow the first byte; a range of its own for the second keeps out overlong forms,
// surrogates and what lies past U+10FFFF.
struct Shape {
  std::size_t length = 0;
  std::uint8_t second_low = 0x80;
  std::uint8_t second_high = 0xBF;
};

Shape shape_of(std::uint8_t first) {
  if (first >= 0xC2 && first <= 0xDF) return {2};
  if (first == 0xE0) return {3, 0xA0, 0xBF};
  if (first == 0xED) return {3, 0x80, 0x9F};
  if (first >= 0xE1 && first <= 0xEF) return {3};
  if (first == 0xF0) return {4, 0x90, 0xBF};
  if (first >= 0xF1 && first <= 0xF3) return {4};
  if (first == 0xF4) return {4, 0x80, 0x8F};
  return {};
}

}  // namespace

Utf8Step utf8_step(std::string_view text, std::size_t at) {
  const std::uint8_t first = byte_at(text, at);
  if (first < 0x80) return {1, true};
  const Shape shape = shape_of(first);
  std::size_t have = 1;
  while (have < shape.length && at + have < text.size()) {
    const std::uint8_t next = byte_at(text, at + have);
    const std::uint8_t low = have == 1 ? shape.second_low : 0x80;
    const std::uint8_t high = have == 1 ? shape.second_high : 0xBF;
    if (next < low || next > high) break;
    ++have;
  }
  return {have, have == shape.length};
}

std::size_t utf8_error(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const Utf8Step step = utf8_step(text, at);
    if (!step.valid) return at;
    at += step.length;
  }
  return std::string_view::npos;
}

std::string clean_utf8(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  while (!text.empty()) {
    const std::size_t error = utf8_error(text);
    clean += text.substr(0, error);
    if (error == std::string_view::npos) break;
    clean += kReplacement;
    text.remove_prefix(error + utf8_step(text, error).length);
  }
  return clean;
}

std::size_t utf8_cut(std::string_view text, std::size_t at) {
  if (at >= text.size()) return text.size();
  // A character has at most three bytes after its first.
  for (std::size_t back = 0; back <= 3 && back <= at; ++back) {
    if ((byte_at(text, at - back) & 0xC0U) != 0x80) return at - back;
  }
  return at;
}

void append_utf8(std::uint32_t code, std::string& out) {
  const auto byte = [&out](std::uint32_t value) { out += static_cast<char>(value); };
  const auto following = [&byte](std::uint32_t bits) { byte(0x80U | (bits & 0x3FU)); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xC0U | code >> 6U);
    following(code);
  } else if (code < 0x10000) {
    byte(0xE0U | code >> 12U);
    following(code >> 6U);
    following(code);
  } else {
    byte(0xF0U | code >> 18U);
    following(code >> 12U);
    following(code >> 6U);
    following(code);
  }
}

}  // namespace km::jupyter
