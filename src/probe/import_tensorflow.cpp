// The import of TensorFlow alone.
#include "probe/import.h"
#include "probe/probes.h"

namespace km::probe {

Probe import_tensorflow() {
  return {.name = "import-tensorflow",
          .question = "Does TensorFlow import?",
          .needs = "interpreter",
          .limit = std::chrono::seconds(120),
          .applies = has_tensorflow,
          .ask = [](const Patient& patient, const Setting& setting) {
            return ask_import(patient, setting, "tensorflow");
          }};
}

}  // namespace km::probe
