// Everything that somebody has after a death, from any machine, becomes one case file.
#pragma once

#include "casefile/casefile.h"
#include "result.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace km::readers {

struct HandedIn {
  std::vector<std::string> paths;  // files, folders, "-" for standard input
  // Regular expressions (RE2 syntax) that rules have for lines, and whether one of them is found in
  // a line. Lines that matter become the fact words.line.
  std::vector<std::string> patterns;
  std::function<bool(std::string_view line)> matters;
  bool list_unused = false;  // fill Dossier::unused
  // Called now and then while a large file is read; a total of -1 is not known.
  std::function<void(const std::string& name, std::int64_t done, std::int64_t total)> progress;
};

struct Dossier {
  casefile::CaseFile casefile;       // subject "evidence"
  int taken = 0;                     // files that could be read, empty ones included
  std::vector<Error> refused;        // those that could not; each is a gap as well
  std::vector<std::string> unused;   // "server.log:12: text" that no reader and no rule understood
  std::int64_t unused_left_out = 0;  // beyond the first 1000
};

Dossier take_evidence(const HandedIn& handed_in);

}  // namespace km::readers
