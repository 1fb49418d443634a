// A fork after the import of TensorFlow, as multiprocessing does it on Linux.
#include "probe/probes.h"
#include "probe/product.h"

namespace km::probe {

Probe fork_tensorflow() {
  return {.name = "fork-tensorflow",
          .question = "Does TensorFlow compute in a process forked after its import?",
          .needs = "cpu-tensorflow",
          .limit = std::chrono::seconds(150),
          .applies = has_tensorflow,
          .ask = [](const Patient& patient, const Setting& setting) {
            return ask_product_in_fork(patient, setting, kTensorflowProduct);
          }};
}

}  // namespace km::probe
