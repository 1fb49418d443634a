// A compiled regular expression. RE2, because its time is linear in the text whatever a rule or a
// log says.
#pragma once

#include "result.h"

#include <memory>
#include <re2/re2.h>
#include <string>
#include <string_view>

namespace km::diagnosis {

class Pattern {
 public:
  // The error is RE2's, in its words: "missing ]: [a".
  static Result<std::shared_ptr<const Pattern>> compile(const std::string& expression);

  // Is it found anywhere in `text`? `part` becomes the first group's text, or the whole match where
  // there is no group.
  bool found_in(std::string_view text, std::string* part) const;

  explicit Pattern(const std::string& expression);  // for compile()

 private:
  re2::RE2 expression_;
};

}  // namespace km::diagnosis
