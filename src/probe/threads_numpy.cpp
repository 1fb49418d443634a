// Products in many threads at once: where BLAS and OpenMP meet their limits.
#include "probe/probes.h"
#include "probe/product.h"

namespace km::probe {

Probe threads_numpy() {
  return {.name = "threads-numpy",
          .question = "Does NumPy compute in many threads at once?",
          .needs = "cpu-numpy",
          .limit = std::chrono::seconds(120),
          .applies = has_numpy,
          .ask = [](const Patient& patient, const Setting& setting) {
            return ask_product_in_threads(patient, setting, kNumpyProduct);
          }};
}

}  // namespace km::probe
