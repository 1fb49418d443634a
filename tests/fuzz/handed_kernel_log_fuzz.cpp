// Kernel logs that somebody pasted: any process may have written its own name into them.
#include "input.h"
#include "lines.h"
#include "readers/readers.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  km::casefile::CaseFile out;
  km::readers::read_kernel_log(km::fuzz::excerpt_of(data, size), out);
  km::fuzz::must(out.find("exit.signal").size() <= 64);
  return 0;
}
