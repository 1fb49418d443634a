// One expression: a statement would need names in the user's namespace.
#include "kernels/preparation.h"

#include <string_view>

namespace km::kernels {
namespace {

// Run by exec() in a dictionary of its own. Each part may fail on a Python or an ipykernel of
// another age: then only that comfort is missing.
constexpr std::string_view kPart = R"py(
def prepare(take_faulthandler):
    import functools
    import os
    import sys

    if take_faulthandler:
        os.environ.pop("PYTHONFAULTHANDLER", None)
    streams = [(sys.stdout, 1), (sys.stderr, 2)]
    for stream, fd in streams:
        if type(stream).__module__ != "ipykernel.iostream":
            return
        if getattr(stream, "_original_stdstream_copy", None) is None:
            stream._original_stdstream_copy = fd
    kernel_pid = os.getpid()

    def flushing(start):
        @functools.wraps(start)
        def flush_and_start(*args, **kwargs):
            if os.getpid() == kernel_pid:
                for stream, _ in streams:
                    try:
                        stream.flush()
                    except Exception:
                        pass
            return start(*args, **kwargs)

        return flush_and_start

    os.system = flushing(os.system)
    import _posixsubprocess
    import subprocess

    fork_exec = flushing(_posixsubprocess.fork_exec)
    _posixsubprocess.fork_exec = fork_exec
    if hasattr(subprocess, "_fork_exec"):
        subprocess._fork_exec = fork_exec


try:
    prepare(TAKE)
except Exception:
    pass
)py";

std::string quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\n') {
      quoted += "\\n";
      continue;
    }
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

}  // namespace

std::string ipykernel_preparation(bool take_faulthandler) {
  return "exec(" + quoted(kPart) +
         ", {'__name__': 'kernelmedic', 'TAKE': " + (take_faulthandler ? "True" : "False") + "})";
}

}  // namespace km::kernels
