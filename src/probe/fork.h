// A computation in a child that was forked after an import.
#pragma once

#include "probe/python.h"

#include <string_view>

namespace km::probe {

// `script` imports and defines compute(), which returns whether its result is right.
Answer ask_forked(const Patient& patient, const Setting& setting, std::string_view script);

}  // namespace km::probe
