// The import of JAX alone.
#include "probe/import.h"
#include "probe/probes.h"

namespace km::probe {

Probe import_jax() {
  return {.name = "import-jax",
          .question = "Does JAX import?",
          .needs = "interpreter",
          .limit = std::chrono::seconds(120),
          .applies = has_jax,
          .ask = [](const Patient& patient, const Setting& setting) {
            return ask_import(patient, setting, "jax");
          }};
}

}  // namespace km::probe
