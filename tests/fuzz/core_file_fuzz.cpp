// ELF core files, whole or cut, of any machine.
#include "input.h"
#include "intake/take_in.h"
#include "readers/core_file.h"
#include "readers/readers.h"

#include <algorithm>
#include <cstring>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read = [&](std::uint64_t offset, std::span<std::byte> into) -> std::size_t {
    km::fuzz::must(offset <= size);
    const std::size_t count = std::min<std::size_t>(into.size(), size - offset);
    if (count > 0) std::memcpy(into.data(), data + offset, count);
    return count;
  };
  km::casefile::CaseFile out;
  const bool could = km::readers::read_core({size, read}, "core", "core", out).has_value();
  km::fuzz::must(!could || km::intake::is_core_file(km::fuzz::text_of(data, size)));
  km::fuzz::must(could || out.facts.empty());
  return 0;
}
