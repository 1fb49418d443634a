// The unified log of macOS has no simple reader for ordinary programs. Not yet run on a Mac.
#include "os/host.h"

namespace km::os {

Result<std::vector<std::string>> kernel_log_since(std::int64_t /*since_monotonic_us*/) {
  return fail(
      "not available on this platform: the kernel log of macOS; an administrator can look with "
      "`log show --last 10m --predicate 'eventMessage CONTAINS \"low swap\" OR eventMessage "
      "CONTAINS \"memorystatus\"'`");
}

}  // namespace km::os
