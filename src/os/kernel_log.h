// The text of one record of /dev/kmsg, apart from reading it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace km::os {

struct KernelRecord {
  std::int64_t time_us = 0;  // since boot
  std::string text;          // first line only: "key=value" lines that follow are for programs
};

// "6,1234,5678901,-;message\n SUBSYSTEM=..." (kernel: Documentation/ABI/testing/dev-kmsg).
std::optional<KernelRecord> parse_kernel_record(std::string_view record);

}  // namespace km::os
