// METADATA and RECORD as somebody may have left them: any text gives what can be understood of it.
#include "input.h"
#include "scan/distribution.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = km::fuzz::text_of(data, size);
  km::scan::Distribution distribution;
  km::scan::read_metadata(text, distribution);
  for (const std::string& requirement : distribution.requires_)
    static_cast<void>(km::scan::parse_requirement(requirement));
  static_cast<void>(km::scan::parse_requirement(text));
  static_cast<void>(km::scan::parse_record(text));
  return 0;
}
