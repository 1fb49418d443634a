// What /proc says about a process: its name may hold anything that its owner likes.
#include "input.h"
#include "os/process.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto stat = km::os::parse_stat(km::fuzz::text_of(data, size));
  if (stat) km::fuzz::must(stat->name.size() <= size);
  return 0;
}
