// The import of NumPy alone.
#include "probe/import.h"
#include "probe/probes.h"

namespace km::probe {

Probe import_numpy() {
  return {.name = "import-numpy",
          .question = "Does NumPy import?",
          .needs = "interpreter",
          .limit = std::chrono::seconds(60),
          .applies = has_numpy,
          .ask = [](const Patient& patient, const Setting& setting) {
            return ask_import(patient, setting, "numpy");
          }};
}

}  // namespace km::probe
