// A fork after the import of PyTorch, as multiprocessing does it on Linux.
#include "probe/probes.h"
#include "probe/product.h"

namespace km::probe {

Probe fork_torch() {
  return {.name = "fork-torch",
          .question = "Does PyTorch compute in a process forked after its import?",
          .needs = "cpu-torch",
          .limit = std::chrono::seconds(150),
          .applies = has_torch,
          .ask = [](const Patient& patient, const Setting& setting) {
            return ask_product_in_fork(patient, setting, kTorchProduct);
          }};
}

}  // namespace km::probe
