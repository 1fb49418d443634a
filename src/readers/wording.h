// Lines that say one thing in fixed words: a table of wordings, each with what it tells.
#pragma once

#include "casefile/casefile.h"
#include "evidence/pattern.h"
#include "readers/exit_codes.h"

#include <string>
#include <string_view>
#include <vector>

namespace km::readers {

// A line that has a wording in it, and where what it says goes.
struct Line {
  std::string_view text;
  std::string source;  // "FILE:LINE"
  casefile::CaseFile& out;
  Numbering numbering = Numbering::of_linux;
};

using Groups = std::vector<std::string_view>;  // as Pattern::match gives them; never empty

struct Wording {
  std::string_view literal;  // a line without it is not looked at further
  evidence::Pattern pattern;
  void (*read)(Line&, const Groups&);
};

// Calls read(wording, groups) for each wording in `line`. `searched` is what the literals are
// looked up in: the line itself, or it in lower case.
template <class Wordings, class Read>
void for_wordings_in(std::string_view line, std::string_view searched, const Wordings& wordings,
                     Read read) {
  for (const auto& wording : wordings) {
    if (searched.find(wording.literal) == std::string_view::npos) continue;
    if (const auto groups = wording.pattern.match(line); !groups.empty()) read(wording, groups);
  }
}

}  // namespace km::readers
