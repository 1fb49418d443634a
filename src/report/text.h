// Numbers and foreign text made fit for people: units, separators, clean UTF-8, wrapped lines.
#pragma once

#include "casefile/fact.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace km::report {

std::string human_bytes(std::int64_t bytes);  // "2.0 GiB", "512 B"
std::string human_count(std::int64_t count);  // thin spaces between thousands from 10 000 on
std::string human_seconds(double seconds);    // "0.4 s", "2 min 5 s", "1 h 12 min"
std::string human_time(
    std::string_view iso8601);  // "2026-11-24 16:17:01 UTC"; anything else as it is

// A fact's value as people read it; the unit is taken from the name ("..._bytes", "..._seconds").
// At most `items` of a list are written out.
std::string human_value(std::string_view name, const casefile::Value& value, std::size_t items);

// Valid UTF-8 (U+FFFD for what is not), newline as the only control character: terminal sequences,
// other controls and characters that turn the direction of text are taken out, so that no foreign
// text can forge a report.
std::string clean(std::string_view text);

// The same on one line: every run of white space is one space.
std::string clean_line(std::string_view text);

// The last lines of a text, at most `lines` and `bytes`; the second tells whether something was
// left out.
struct Tail {
  std::vector<std::string> lines;
  bool cut = false;
};
Tail tail_of(std::string_view text, std::size_t lines, std::size_t bytes);

// Columns a text takes in a terminal, near enough: one a character, two for East Asian wide ones,
// none for marks.
std::size_t columns(std::string_view utf8);

// Lines of at most `width` columns, broken at spaces; a word that is longer stays whole, so that
// paths and commands can be copied.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

// The parts of a sentence between and in `backticks`: where a command begins and ends.
struct Span {
  std::string text;
  bool code = false;
};
std::vector<Span> code_spans(std::string_view sentence);

}  // namespace km::report
