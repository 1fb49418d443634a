// ELF files: what the dynamic section says, found through the program headers alone (section
// headers may be stripped), and the code that runs when one is loaded.
#pragma once

#include "binary/image.h"

#include <cstdint>
#include <string_view>

namespace km::binary {

inline constexpr std::uint16_t kMachineX86_64 = 62;
inline constexpr std::uint16_t kMachineArm64 = 183;

bool is_elf(std::string_view beginning);

// 32 and 64 bit, both byte orders, libraries and programs.
Result<Image> read_elf(Source& source);

// Does the dynamic string table hold this whole name: does the file define or use such a symbol?
// False for other files, and beyond the first 16 MiB of names.
bool names_symbol(Source& source, std::string_view name);

}  // namespace km::binary
