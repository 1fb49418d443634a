// Which calls in a cell's source can end its process, on purpose or by accident.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace km::evidence {

// "os._exit(3)", "raise SystemExit", "ctypes.string_at(0)", "mmap.mmap(f, 0)", in the order of the
// source and each once; comments and strings do not count. Not a parser of Python: it may name a
// call that is never reached.
std::vector<std::string> ending_calls(std::string_view source);

}  // namespace km::evidence
