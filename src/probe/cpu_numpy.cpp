// A sum and a product: the first touch of NumPy's kernels and of its BLAS.
#include "probe/probes.h"
#include "probe/python.h"

namespace km::probe {
namespace {

constexpr std::string_view kScript = R"py(
import numpy

numbers = numpy.ones((256, 256))
product = numbers @ numbers
if float(product.sum()) != 256.0**3:
    tell(failed="a product of ones gave " + str(float(product.sum())) + " instead of 16777216")
else:
    tell(says="a product of two 256 x 256 matrices is right")
)py";

Answer ask(const Patient& patient, const Setting& setting) {
  return ask_python(patient, setting, {.text = std::string(kScript)});
}

}  // namespace

Probe cpu_numpy() {
  return {.name = "cpu-numpy",
          .question = "Does NumPy compute?",
          .needs = "import-numpy",
          .needs_gpu = false,
          .limit = std::chrono::seconds(60),
          .applies = has_numpy,
          .ask = ask};
}

}  // namespace km::probe
