// ELF files: what the dynamic section says, found through the program headers alone (section
// headers may be stripped), and the code that runs when one is loaded.
#pragma once

#include "binary/image.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace km::binary {

bool is_elf(std::string_view beginning);

// 32 and 64 bit, both byte orders, libraries and programs.
Result<Image> read_elf(Source& source);

}  // namespace km::binary
