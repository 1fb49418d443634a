// An allocation in growing steps behind a fence; shared by the probes that take memory.
#pragma once

#include "probe/python.h"

#include <cstdint>
#include <string_view>

namespace km::probe {

// `script` defines take(bytes), which returns an object that holds so much and has touched every
// page of it, and `refused`, the exceptions by which memory is refused.
Answer ask_for_memory(const Patient& patient, const Setting& setting, std::string_view script,
                      std::int64_t own_bytes);

}  // namespace km::probe
