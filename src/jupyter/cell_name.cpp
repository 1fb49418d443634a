// MurmurHash2, 32 bit, as ipykernel/compiler.py has it.
#include "jupyter/cell_name.h"

#include <cstddef>
#include <cstdint>

namespace km::jupyter {
namespace {

constexpr std::uint32_t kSeed = 0xC70F6907U;
constexpr std::uint32_t kFactor = 0x5BD1E995U;

// `count` bytes (1 to 4) from `at`, least significant first.
std::uint32_t little_endian(std::string_view bytes, std::size_t at, std::size_t count) {
  std::uint32_t number = 0;
  for (std::size_t i = count; i > 0; --i) {
    number = number << 8U | static_cast<std::uint8_t>(bytes[at + i - 1]);
  }
  return number;
}

std::uint32_t murmur2(std::string_view bytes, std::uint32_t seed) {
  std::uint32_t hash = seed ^ static_cast<std::uint32_t>(bytes.size());
  std::size_t at = 0;
  for (; bytes.size() - at >= 4; at += 4) {
    std::uint32_t word = little_endian(bytes, at, 4) * kFactor;
    word ^= word >> 24U;
    hash = hash * kFactor ^ word * kFactor;
  }
  if (at < bytes.size()) {
    hash = (hash ^ little_endian(bytes, at, bytes.size() - at)) * kFactor;
  }
  hash = (hash ^ hash >> 13U) * kFactor;
  return hash ^ hash >> 15U;
}

}  // namespace

std::string cell_file_name(std::string_view code) {
  return std::to_string(murmur2(code, kSeed)) + ".py";
}

}  // namespace km::jupyter
