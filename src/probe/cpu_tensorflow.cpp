// A sum on the CPU with the GPUs hidden, so that only the CPU can be at fault.
#include "probe/probes.h"
#include "probe/product.h"

namespace km::probe {

Probe cpu_tensorflow() {
  return {.name = "cpu-tensorflow",
          .question = "Does TensorFlow compute on the CPU?",
          .needs = "import-tensorflow",
          .limit = std::chrono::seconds(120),
          .applies = has_tensorflow,
          .ask = [](const Patient& patient, const Setting& setting) {
            return ask_product(patient, setting, kTensorflowProduct);
          }};
}

}  // namespace km::probe
