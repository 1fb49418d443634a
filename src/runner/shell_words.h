// Splits a command line given as one option (--wrap "qemu-x86_64 -cpu Nehalem") into words as a
// shell does.
#pragma once

#include "result.h"

#include <string>
#include <string_view>
#include <vector>

namespace km::runner {

// Blanks separate; 'single quotes' keep everything, "double quotes" all but \" \\ \$ \`; a
// backslash outside keeps the next character. Nothing is expanded: no variable, no wildcard. An
// open quote or a backslash at the end is an error.
Result<std::vector<std::string>> split_words(std::string_view text);

}  // namespace km::runner
