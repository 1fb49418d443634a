// Instructions that decide a verdict, and bytes that are none.
#include "binary/instruction.h"

#include <gtest/gtest.h>
#include <string>
#include <string_view>

namespace km::binary {
namespace {

using namespace std::string_view_literals;

std::string decoded(std::string_view code) {
  const auto instruction = decode_x86_64(code);
  return instruction ? instruction->mnemonic + " " + instruction->set : "";
}

TEST(Instruction, TellsTheInstructionSet) {
  EXPECT_EQ(decoded("\xc5\xfc\x10\x07"sv), "vmovups AVX");
  EXPECT_EQ(decoded("\xc5\xfd\xfe\xc1"sv), "vpaddd AVX2");
  EXPECT_EQ(decoded("\xc4\xe2\xfd\xb8\xc1"sv), "vfmadd231pd FMA");
  EXPECT_EQ(decoded("\x62\xf1\x7c\x48\x10\x07"sv), "vmovups AVX512");
  EXPECT_EQ(decoded("\x0f\x0b\x90\x90"sv), "ud2 other");
  EXPECT_EQ(decoded("\x48\x8b\x07"sv), "mov other");
}

TEST(Instruction, SaysNothingOfBytesThatAreNone) {
  EXPECT_EQ(decoded(""), "");
  EXPECT_EQ(decoded("\xc5"sv), "");
  EXPECT_EQ(decoded("\x06\x06"sv), "");
}

}  // namespace
}  // namespace km::binary
