// Products in many threads at once.
#include "probe/probes.h"
#include "probe/product.h"

namespace km::probe {

Probe threads_torch() {
  return {.name = "threads-torch",
          .question = "Does PyTorch compute in many threads at once?",
          .needs = "cpu-torch",
          .limit = std::chrono::seconds(180),
          .applies = has_torch,
          .ask = [](const Patient& patient, const Setting& setting) {
            return ask_product_in_threads(patient, setting, kTorchProduct);
          }};
}

}  // namespace km::probe
