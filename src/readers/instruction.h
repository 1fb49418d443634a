// Names one machine instruction and the instruction set it belongs to: a processor or translator
// that lacks the set ends the process there.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace km::readers {

struct Instruction {
  std::string mnemonic;  // "vmovups"
  std::string set;       // "AVX", "AVX2", "AVX512", "FMA" or "other"
};

// The first instruction of x86-64 code; nothing where the bytes are none.
std::optional<Instruction> decode_x86_64(std::string_view code);

}  // namespace km::readers
