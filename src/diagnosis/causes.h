// The stable names of what a kernel dies of: every rule, report and statistic uses these and no
// others.
#pragma once

#include <span>
#include <string_view>

namespace km::diagnosis {

struct Cause {
  std::string_view name;
  std::string_view meaning;
};

// New ones may be added; none changes its meaning or goes away.
std::span<const Cause> causes();
bool is_cause(std::string_view name);

}  // namespace km::diagnosis
