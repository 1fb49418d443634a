// The import of scikit-learn alone.
#include "probe/import.h"
#include "probe/probes.h"

namespace km::probe {

Probe import_sklearn() {
  return {.name = "import-sklearn",
          .question = "Does scikit-learn import?",
          .needs = "interpreter",
          .limit = std::chrono::seconds(90),
          .applies = has_sklearn,
          .ask = [](const Patient& patient, const Setting& setting) {
            return ask_import(patient, setting, "sklearn");
          }};
}

}  // namespace km::probe
