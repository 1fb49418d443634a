// ipykernel compiles each cell under a file name made from its code; a native traceback shows only
// that name.
#pragma once

#include <string>
#include <string_view>

namespace km::jupyter {

// "3231562349.py": the last part of the name that ipykernel 6 and later give this code.
std::string cell_file_name(std::string_view code);

}  // namespace km::jupyter
