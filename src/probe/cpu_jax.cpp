// A product on the CPU, compiled by XLA, whatever other devices there are.
#include "probe/probes.h"
#include "probe/product.h"

namespace km::probe {

Probe cpu_jax() {
  return {.name = "cpu-jax",
          .question = "Does JAX compute on the CPU?",
          .needs = "import-jax",
          .limit = std::chrono::seconds(120),
          .applies = has_jax,
          .ask = [](const Patient& patient, const Setting& setting) {
            return ask_product(patient, setting, kJaxProduct);
          }};
}

}  // namespace km::probe
