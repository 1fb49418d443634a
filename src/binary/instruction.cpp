// Decoding by Zydis; only the sets that decide whether a build suits a processor are told apart.
#include "binary/instruction.h"

#include <Zydis/Zydis.h>
#include <algorithm>

namespace km::binary {
namespace {

// Zydis 4, told by a header that came with it, renamed both calls; Ubuntu 22.04 has version 3.
#if __has_include(<Zydis/Disassembler.h>)
constexpr auto kStackWidth = ZYDIS_STACK_WIDTH_64;
#else
constexpr auto kStackWidth = ZYDIS_ADDRESS_WIDTH_64;
#endif

bool decode(std::string_view code, ZydisDecodedInstruction& instruction) {
  static const ZydisDecoder decoder = [] {
    ZydisDecoder made;
    ZydisDecoderInit(&made, ZYDIS_MACHINE_MODE_LONG_64,
                     kStackWidth);  // fails for unknown modes only
    return made;
  }();
#if __has_include(<Zydis/Disassembler.h>)
  return ZYAN_SUCCESS(
      ZydisDecoderDecodeInstruction(&decoder, nullptr, code.data(), code.size(), &instruction));
#else
  return ZYAN_SUCCESS(ZydisDecoderDecodeBuffer(&decoder, code.data(), code.size(), &instruction));
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

// "AVX512DQ_256" → "avx512dq"; names as os::Cpu has them.
std::string feature_of(const ZydisDecodedInstruction& instruction) {
  switch (instruction.meta.isa_ext) {
    case ZYDIS_ISA_EXT_SSE3:
      return "sse3";
    case ZYDIS_ISA_EXT_SSSE3:
      return "ssse3";
    case ZYDIS_ISA_EXT_SSE4:
      return instruction.meta.isa_set == ZYDIS_ISA_SET_SSE42 ? "sse4_2" : "sse4_1";
    case ZYDIS_ISA_EXT_LZCNT:
      return "abm";
    case ZYDIS_ISA_EXT_MOVBE:
      return "movbe";
    case ZYDIS_ISA_EXT_BMI1:
      return "bmi1";
    case ZYDIS_ISA_EXT_BMI2:
      return "bmi2";
    case ZYDIS_ISA_EXT_F16C:
      return "f16c";
    case ZYDIS_ISA_EXT_FMA:
      return "fma";
    case ZYDIS_ISA_EXT_AVX:
      return "avx";
    case ZYDIS_ISA_EXT_AVX2:
    case ZYDIS_ISA_EXT_AVX2GATHER:
      return "avx2";
    case ZYDIS_ISA_EXT_AVX512EVEX:
    case ZYDIS_ISA_EXT_AVX512VEX: {
      const char* name = ZydisISASetGetString(instruction.meta.isa_set);
      std::string feature = name == nullptr ? "" : name;
      feature.resize(std::min(feature.find('_'), feature.size()));
      for (char& c : feature) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
      return feature.starts_with("avx512") ? feature : "avx512f";
    }
    default:
      return {};
  }
}

Instruction::Flow flow_of(const ZydisDecodedInstruction& instruction) {
  switch (instruction.meta.category) {
    case ZYDIS_CATEGORY_CALL:
      return Instruction::Flow::call;
    case ZYDIS_CATEGORY_UNCOND_BR:
      return Instruction::Flow::jump;
    case ZYDIS_CATEGORY_COND_BR:
      return Instruction::Flow::branch;
    case ZYDIS_CATEGORY_RET:
    case ZYDIS_CATEGORY_INTERRUPT:
    case ZYDIS_CATEGORY_SYSRET:
      return Instruction::Flow::end;
    default:
      return instruction.mnemonic == ZYDIS_MNEMONIC_UD2 ||
                     instruction.mnemonic == ZYDIS_MNEMONIC_HLT
                 ? Instruction::Flow::end
                 : Instruction::Flow::next;
  }
}

}  // namespace

std::optional<Instruction> decode_x86_64(std::string_view code) {
  ZydisDecodedInstruction decoded;
  if (code.empty() || !decode(code, decoded)) return std::nullopt;
  const char* mnemonic = ZydisMnemonicGetString(decoded.mnemonic);
  if (mnemonic == nullptr) return std::nullopt;
  Instruction instruction{
      mnemonic, set_of(decoded.meta.isa_ext), feature_of(decoded), decoded.length, flow_of(decoded),
      {}};
  if (decoded.raw.imm[0].is_relative != 0) instruction.distance = decoded.raw.imm[0].value.s;
  return instruction;
}

}  // namespace km::binary
