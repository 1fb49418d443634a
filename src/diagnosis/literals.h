// Which plain texts a regular expression cannot do without: looked for first, they spare most
// expressions their compilation and their run.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace km::diagnosis {

struct Literals {
  std::vector<std::string> any_of;  // one of them stands in every text that the expression matches
  bool ignore_case = false;         // then they are in lower case

  // False: the expression cannot match. True: it may.
  bool may_match(std::string_view text) const;
};

// Nothing where no alternative of at least three bytes can be promised. Takes RE2 syntax, and is
// careful: what it does not know ends a literal.
std::optional<Literals> literals_of(std::string_view expression);

}  // namespace km::diagnosis
