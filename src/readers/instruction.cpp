// Decoding by Zydis; only the sets that decide whether a build suits a processor are told apart.
#include "readers/instruction.h"

#include <Zydis/Zydis.h>

namespace km::readers {
namespace {

// Zydis 4, told by a header that came with it, renamed both calls; Ubuntu 22.04 has version 3.
bool decode(std::string_view code, ZydisDecodedInstruction& instruction) {
  ZydisDecoder decoder;
#if __has_include(<Zydis/Disassembler.h>)
  return ZYAN_SUCCESS(
             ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64)) &&
         ZYAN_SUCCESS(ZydisDecoderDecodeInstruction(&decoder, nullptr, code.data(), code.size(),
                                                    &instruction));
#else
  return ZYAN_SUCCESS(
             ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_ADDRESS_WIDTH_64)) &&
         ZYAN_SUCCESS(ZydisDecoderDecodeBuffer(&decoder, code.data(), code.size(), &instruction));
#endif
}

std::string set_of(ZydisISAExt extension) {
  switch (extension) {
    case ZYDIS_ISA_EXT_AVX:
    case ZYDIS_ISA_EXT_AVXAES:
    case ZYDIS_ISA_EXT_F16C:
      return "AVX";
    case ZYDIS_ISA_EXT_AVX2:
    case ZYDIS_ISA_EXT_AVX2GATHER:
      return "AVX2";
    case ZYDIS_ISA_EXT_AVX512EVEX:
    case ZYDIS_ISA_EXT_AVX512VEX:
      return "AVX512";
    case ZYDIS_ISA_EXT_FMA:
    case ZYDIS_ISA_EXT_FMA4:
      return "FMA";
    default:
      return "other";
  }
}

}  // namespace

std::optional<Instruction> decode_x86_64(std::string_view code) {
  ZydisDecodedInstruction instruction;
  if (code.empty() || !decode(code, instruction)) return std::nullopt;
  const char* mnemonic = ZydisMnemonicGetString(instruction.mnemonic);
  if (mnemonic == nullptr) return std::nullopt;
  return Instruction{mnemonic, set_of(instruction.meta.isa_ext)};
}

}  // namespace km::readers
