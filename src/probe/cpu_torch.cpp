// A product on the CPU.
#include "probe/probes.h"
#include "probe/product.h"

namespace km::probe {

Probe cpu_torch() {
  return {.name = "cpu-torch",
          .question = "Does PyTorch compute on the CPU?",
          .needs = "import-torch",
          .limit = std::chrono::seconds(120),
          .applies = has_torch,
          .ask = [](const Patient& patient, const Setting& setting) {
            return ask_product(patient, setting, kTorchProduct);
          }};
}

}  // namespace km::probe
