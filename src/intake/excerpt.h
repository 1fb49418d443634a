// What was kept of one text file that somebody handed in: its lines, clean, with their numbers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace km::intake {

struct ExcerptLine {
  std::int64_t number = 0;  // 1-based, in the file
  std::string text;         // UTF-8, no terminal sequences, no line end, at most kLineBytes
};

// A small file is kept whole; of a large one those lines that matter and some around them, in the
// order of the file. Lines that follow each other in the file have numbers that follow each other.
struct Excerpt {
  std::string
      name;  // of the file, as a fact's source shows it: "server.log"; "-" is standard input
  std::vector<ExcerptLine> lines;
  bool whole = true;             // nothing was left out
  std::int64_t total_lines = 0;  // of the file
};

// "server.log:12"
std::string source_of(const Excerpt& excerpt, const ExcerptLine& line);

// The lines joined by newlines, for parsers of whole texts; a gap between lines is an empty line.
std::string joined(const Excerpt& excerpt);

}  // namespace km::intake
