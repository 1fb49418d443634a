// The import of one package alone; shared by the probes of imports.
#pragma once

#include "probe/python.h"

#include <string_view>

namespace km::probe {

// `also`: a module of it that must import, too; may be empty.
Answer ask_import(const Patient& patient, const Setting& setting, std::string_view module,
                  std::string_view also = {});

}  // namespace km::probe
