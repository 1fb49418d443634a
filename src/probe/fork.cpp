// The interpreter forks, and tells what became of its child: a lock that some thread held at the
// fork is held there for ever, so a hang is an expected answer.
#include "probe/fork.h"

#include <algorithm>
#include <string>

namespace km::probe {
namespace {

constexpr std::string_view kFork = R"py(

import os
import signal
import time

# Its thread would be one more that the child does not have.
faulthandler.cancel_dump_traceback_later()
child = os.fork()
if child == 0:
    code = 1
    try:
        code = 0 if compute() else 2
    except BaseException:
        sys.__excepthook__(*sys.exc_info())
    finally:
        os._exit(code)
patience = float(arguments[0])
until = time.monotonic() + patience
ended, status = 0, 0
while not ended and time.monotonic() < until:
    ended, status = os.waitpid(child, os.WNOHANG)
    time.sleep(0.02)
if not ended:
    # Its handler of faulthandler says where it hangs.
    os.kill(child, signal.SIGABRT)
    time.sleep(0.5)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    tell(failed="the child had no result after " + str(int(patience)) + " s: it hangs")
elif os.WIFSIGNALED(status):
    tell(failed="the child was ended by " + signal.Signals(os.WTERMSIG(status)).name)
elif os.WEXITSTATUS(status) == 0:
    tell(says="the child's result is right")
elif os.WEXITSTATUS(status) == 2:
    tell(failed="the child's result is wrong")
else:
    tell(failed="the child ended with exit status " + str(os.WEXITSTATUS(status)), last_words=True)
)py";

// Of the time limit; the rest is for the import before it.
std::string patience(std::chrono::seconds limit) {
  constexpr int kShare = 3;
  return std::to_string(std::max<std::chrono::seconds::rep>(limit.count() / kShare, 1));
}

}  // namespace

Answer ask_forked(const Patient& patient, const Setting& setting, std::string_view script) {
  return ask_python(
      patient, setting,
      {.text = std::string(script) + std::string(kFork), .arguments = {patience(setting.limit)}});
}

}  // namespace km::probe
