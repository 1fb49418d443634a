// Regular expressions over single lines of evidence: linear in time, and compiled when a line first
// needs them, since a typical case needs few of many.
#pragma once

#include <memory>
#include <mutex>
#include <re2/re2.h>
#include <string>
#include <string_view>
#include <vector>

namespace km::evidence {

class Pattern {
 public:
  explicit Pattern(const char* text) : text_(text) {}

  // The first match and its groups, [0] being all of it; empty where there is none. A group that
  // took no part is empty.
  std::vector<std::string_view> match(std::string_view line) const;
  bool found_in(std::string_view line) const { return !match(line).empty(); }

 private:
  const char* text_;
  mutable std::once_flag once_;
  mutable std::unique_ptr<re2::RE2> compiled_;
};

// ASCII only: what the wordings of all systems are written in.
std::string lower(std::string_view text);

}  // namespace km::evidence
