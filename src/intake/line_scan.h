// Which lines of a text match one of many regular expressions, told in one pass.
#pragma once

#include "intake/literal_set.h"
#include "result.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace km::intake {

// Whether every match of the pattern holds a literal that can be looked for; the error says what is
// wrong with it.
Result<> usable(const std::string& pattern);

// Patterns, compiled when the first large file needs them: reading many takes longer than judging
// most files. Used by one thread.
class LinePatterns {
 public:
  LinePatterns();
  // NOLINTNEXTLINE(google-explicit-constructor): a list of patterns is what it is
  LinePatterns(std::vector<std::string> patterns);
  LinePatterns(LinePatterns&&) noexcept;
  LinePatterns& operator=(LinePatterns&&) noexcept;
  ~LinePatterns();

  std::size_t size() const { return texts_.size(); }

 private:
  friend class LineScan;
  struct Compiled;
  const Compiled& compiled() const;

  std::vector<std::string> texts_;
  mutable std::unique_ptr<Compiled> compiled_;
};

// Finds the matching lines of one file.
class LineScan {
 public:
  // `sample` is a part of the file, see LiteralSet. `patterns` must outlive the scan.
  LineScan(const LinePatterns& patterns, std::string_view sample);

  struct Hit {
    std::size_t begin = 0;      // of the line
    std::size_t end = 0;        // its newline, or the end of the text
    std::size_t at = 0;         // inside what the pattern looks for
    std::vector<int> patterns;  // those that match, ascending
  };
  // The first matching line at or behind `from`, which begins a line.
  bool next(std::string_view text, std::size_t from, Hit& hit);

 private:
  void match(std::string_view line, std::vector<int>& matching);

  const LinePatterns::Compiled& patterns_;
  LiteralSet literals_;
  std::vector<int> found_;
  std::vector<std::size_t> asked_;  // per pattern: the line it was last tried on
  std::size_t line_ = 0;
};

}  // namespace km::intake
