// A case file, written by another version or by anybody: what is read once is written and read
// again unchanged.
#include "casefile/casefile.h"
#include "input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto casefile = km::casefile::from_json(km::fuzz::text_of(data, size));
  if (!casefile) return 0;
  const std::string written = km::casefile::to_json(*casefile);
  const auto again = km::casefile::from_json(written);
  km::fuzz::must(again.has_value());
  km::fuzz::must(km::casefile::to_json(*again) == written);
  return 0;
}
