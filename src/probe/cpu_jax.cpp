// A product on the CPU, compiled by XLA, whatever other devices there are.
#include "probe/probes.h"
#include "probe/python.h"

namespace km::probe {
namespace {

constexpr std::string_view kScript = R"py(
import os

os.environ.setdefault("JAX_PLATFORMS", "cpu")
import jax
import jax.numpy

numbers = jax.numpy.ones((256, 256))
total = float((numbers @ numbers).sum())
if total != 256.0**3:
    tell(failed="a product of ones gave " + str(total) + " instead of 16777216")
else:
    tell(says="a product of two 256 x 256 matrices is right")
)py";

Answer ask(const Patient& patient, const Setting& setting) {
  return ask_python(patient, setting, {.text = std::string(kScript)});
}

}  // namespace

Probe cpu_jax() {
  return {.name = "cpu-jax",
          .question = "Does JAX compute on the CPU?",
          .needs = "import-jax",
          .needs_gpu = false,
          .limit = std::chrono::seconds(120),
          .applies = has_jax,
          .ask = ask};
}

}  // namespace km::probe
