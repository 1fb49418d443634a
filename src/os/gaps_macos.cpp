// What nobody can find out on macOS. Each has its row in docs/macos.md, which a test checks.
#include "os/host.h"

namespace km::os {

std::vector<PlatformGap> platform_gaps() {
  return {
      {"limits of the process", "macOS tells a program no limits but its own", "ulimit -a"},
      {"size of its stack", "reading it would need the task port of the process", ""},
      {"who is ended first when memory runs out", "macOS has no score for it", ""},
      {"memory kills on the whole machine", "macOS counts none for ordinary programs",
       "ls -t /Library/Logs/DiagnosticReports/JetsamEvent-*"},
      {"memory of its shared segments", "shared memory has no folder there", "ipcs -m -b"},
  };
}

}  // namespace km::os
