// The import of PyTorch alone.
#include "probe/import.h"
#include "probe/probes.h"

namespace km::probe {

Probe import_torch() {
  return {.name = "import-torch",
          .question = "Does PyTorch import?",
          .needs = "interpreter",
          .limit = std::chrono::seconds(120),
          .applies = has_torch,
          .ask = [](const Patient& patient, const Setting& setting) {
            return ask_import(patient, setting, "torch");
          }};
}

}  // namespace km::probe
