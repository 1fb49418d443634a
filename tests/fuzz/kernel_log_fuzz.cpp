// The kernel's log about killed and faulted processes, in which any process may write its own name.
#include "evidence/oom.h"
#include "input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto records = km::fuzz::pieces(km::fuzz::text_of(data, size), "\n");
  const auto kills = km::evidence::parse_oom_kills(records);
  km::fuzz::must(kills.size() <= records.size());
  for (const auto& record : records) static_cast<void>(km::evidence::parse_fault(record));
  return 0;
}
