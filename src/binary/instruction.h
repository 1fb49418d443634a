// Names one machine instruction, the processor feature it needs, and where it leads: a processor or
// translator that lacks the feature ends the process there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace km::binary {

struct Instruction {
  enum class Flow { next, call, jump, branch, end };  // branch: either way; end: ret, ud2, hlt

  std::string mnemonic;  // "vmovups"
  std::string set;       // "AVX", "AVX2", "AVX512", "FMA" or "other"
  std::string feature;   // as os::Cpu names it: "avx", "avx512dq", "sse4_1"; empty: x86-64 has it
  std::size_t length = 0;
  Flow flow = Flow::next;
  std::optional<std::int64_t> distance;  // of a direct call or jump, from the next instruction
};

// The first instruction of x86-64 code; nothing where the bytes are none.
std::optional<Instruction> decode_x86_64(std::string_view code);

}  // namespace km::binary
