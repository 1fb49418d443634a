// Products in many threads at once.
#include "probe/probes.h"
#include "probe/product.h"

namespace km::probe {

Probe threads_tensorflow() {
  return {.name = "threads-tensorflow",
          .question = "Does TensorFlow compute in many threads at once?",
          .needs = "cpu-tensorflow",
          .limit = std::chrono::seconds(180),
          .applies = has_tensorflow,
          .ask = [](const Patient& patient, const Setting& setting) {
            return ask_product_in_threads(patient, setting, kTensorflowProduct);
          }};
}

}  // namespace km::probe
