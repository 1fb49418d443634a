// Takes the names of a machine and its people out of texts.
#pragma once

#include "report/report.h"

#include <string>
#include <string_view>
#include <vector>

namespace km::report {

// Made once for a report, since a user name seen in one path is hidden everywhere.
class Scrubber {
 public:
  explicit Scrubber(const Names& names);
  // Remembers the user names in the home paths of this text.
  void learn(std::string_view text);
  // Home folders become "~", user and host names "user" and "host", values of NAME_TOKEN=... "(left
  // out)".
  std::string clean(std::string_view text) const;

 private:
  std::string home_;
  std::vector<std::string> users_;
  std::vector<std::string> hosts_;
};

// `word` becomes `by` wherever it stands as a whole word.
std::string with_word(std::string text, std::string_view word, std::string_view by);

// A word of a command without what it tells about the machine: of a path the last part, of
// NAME=value the name.
std::string reduced_argument(std::string_view word);

}  // namespace km::report
