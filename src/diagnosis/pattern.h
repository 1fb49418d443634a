// A regular expression. RE2, because its time is linear in the text whatever a rule or a log says.
//
// The program has hundreds of them and a case has a few hundred lines, so an expression is compiled
// when a text first has a literal that it needs (measured: 35 us to compile one, 0.05 us to see
// that a line has none of its literals).
#pragma once

#include "diagnosis/literals.h"
#include "result.h"

#include <memory>
#include <mutex>
#include <optional>
#include <re2/re2.h>
#include <string>
#include <string_view>

namespace km::diagnosis {

class Pattern {
 public:
  // The error is RE2's, in its words: "missing ]: [a".
  static Result<std::shared_ptr<const Pattern>> compile(const std::string& expression);
  // For one that is known to be good: a test compiles all that are built in.
  explicit Pattern(std::string expression);

  // Is it found anywhere in `text`? `part` becomes the first group's text, or the whole match where
  // there is no group. Safe from several threads.
  bool found_in(std::string_view text, std::string* part) const;

  const std::string& expression() const { return expression_; }
  const std::optional<Literals>& literals() const {
    return literals_;
  }  // what it cannot do without

 private:
  const re2::RE2& compiled() const;

  std::string expression_;
  std::optional<Literals> literals_;
  mutable std::once_flag once_;
  mutable std::optional<re2::RE2> compiled_;
};

}  // namespace km::diagnosis
