// Texts in which the end of a process may be worded somewhere.
#include "input.h"
#include "lines.h"
#include "readers/readers.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  km::casefile::CaseFile out;
  km::readers::read_exit_words(km::fuzz::excerpt_of(data, size), out);
  km::fuzz::must(out.find("exit.signal").size() <= 64);
  return 0;
}
