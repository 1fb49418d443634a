// Native stacks of debuggers and libraries between anything else.
#include "input.h"
#include "lines.h"
#include "readers/readers.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  km::casefile::CaseFile out;
  km::readers::read_native_stacks(km::fuzz::excerpt_of(data, size), out);
  km::fuzz::must(out.find("crash.stack").size() <= 1);
  if (out.death) km::fuzz::must(out.death->native_stack.size() <= 128);
  return 0;
}
