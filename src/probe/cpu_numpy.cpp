// A sum and a product: the first touch of NumPy's kernels and of its BLAS.
#include "probe/probes.h"
#include "probe/product.h"

namespace km::probe {

Probe cpu_numpy() {
  return {.name = "cpu-numpy",
          .question = "Does NumPy compute?",
          .needs = "import-numpy",
          .limit = std::chrono::seconds(60),
          .applies = has_numpy,
          .ask = [](const Patient& patient, const Setting& setting) {
            return ask_product(patient, setting, kNumpyProduct);
          }};
}

}  // namespace km::probe
