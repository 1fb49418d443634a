// A fork after the import of NumPy, as multiprocessing does it on Linux.
#include "probe/probes.h"
#include "probe/product.h"

namespace km::probe {

Probe fork_numpy() {
  return {.name = "fork-numpy",
          .question = "Does NumPy compute in a process forked after its import?",
          .needs = "cpu-numpy",
          .limit = std::chrono::seconds(60),
          .applies = has_numpy,
          .ask = [](const Patient& patient, const Setting& setting) {
            return ask_product_in_fork(patient, setting, kNumpyProduct);
          }};
}

}  // namespace km::probe
