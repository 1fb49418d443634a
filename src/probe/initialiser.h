// In which library's initialiser did a process die? glibc's loader tells, where it is asked before.
#pragma once

#include "probe/setting.h"
#include "supervisor/lifetime.h"

#include <optional>
#include <string>
#include <string_view>

namespace km::probe {

// Follows fd 2 of `LD_DEBUG=libs python -v`. The loader says "calling init: /lib/x.so" before it
// runs an initialiser and nothing after it; but whatever Python says next tells that loading went
// well.
class InitialiserTrace {
 public:
  void take(std::string_view piece);
  // The library that was being loaded at the end; nothing where Python had spoken since.
  std::optional<std::string> under_way() const;

 private:
  void line(std::string_view line);
  std::string rest_;  // of a line that is not whole yet
  std::string library_;
};

// Runs `plan` once more with the loader's trace on. Nothing where the process does not die this
// time, and where the loader does not speak (musl, macOS, a static program).
std::optional<std::string> dying_initialiser(supervisor::LifetimePlan plan, const Setting& setting);

}  // namespace km::probe
