// An Apple report in any form, whole or in pieces: what is told of it is bounded, declared, and
// names nobody.
#include "binary/instruction.h"
#include "input.h"
#include "readers/apple_report.h"
#include "readers/readers.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = km::fuzz::text_of(data, size);
  km::casefile::CaseFile out;
  const bool told = km::readers::read_apple_report(text, "report.ips", out);
  km::fuzz::must(told == !out.facts.empty());
  for (const auto& fact : out.facts) km::fuzz::must(km::casefile::is_declared(fact.name));
  if (out.death) {
    km::fuzz::must(out.death->native_stack.size() <= km::readers::apple::kMaxFrames);
  }
  // The scan alone meets every text, also those without a mark of Apple's.
  if (!text.empty()) {
    km::readers::apple::Report report;
    km::fuzz::must(km::readers::apple::read_json(text, 0, "report.ips", report) > 0);
  }
  static_cast<void>(km::binary::decode_x86_64(text));
  return 0;
}
