// Files of any kind as somebody hands them over: unpacked, recognised, decoded and searched.
#include "evidence/words.h"
#include "input.h"
#include "intake/take_in.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const km::intake::LinePatterns patterns(
      {"Killed process [0-9]+", "(?i)traceback.*last", "segfault|OMP: Error"});
  const auto text = km::fuzz::text_of(data, size);
  const auto intake =
      km::intake::take_in(std::make_unique<km::intake::MemorySource>(text), "fuzz", patterns);
  km::fuzz::must(intake.whole.size() <= 3 * km::intake::kWholeBytes);
  std::int64_t before = 1;
  for (const auto& line : intake.excerpt.lines) {
    km::fuzz::must(line.number >= before && line.number <= intake.excerpt.total_lines);
    km::fuzz::must(line.text.size() <= km::intake::kLineBytes + 3);
    km::fuzz::must(line.text.find('\n') == std::string::npos);
    before = line.number;
  }
  return 0;
}
