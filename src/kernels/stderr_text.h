// What of a kernel's stderr is the cell's output, and what is not.
#pragma once

#include <string>
#include <string_view>

namespace km::kernels {

// The part before faulthandler's dump ("Fatal Python error: ..."): the verdict shows the dump, so
// it is not shown as output.
std::string_view without_dump(std::string_view text);
bool holds_dump(std::string_view text);

// Less the lines of ipykernel's own log ("[IPKernelApp] WARNING | ..."), which it keeps from the
// cell where it catches fd 2 itself (ipykernel/kernelapp.py, init_io). What follows such a line in
// the same record (a traceback) stays: nothing marks its end.
std::string without_log(std::string_view text);

}  // namespace km::kernels
