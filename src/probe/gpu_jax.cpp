// A product on each device that is no CPU; what was reached before a death is told.
#include "probe/probes.h"
#include "probe/python.h"

namespace km::probe {
namespace {

constexpr std::string_view kScript = R"py(
import os

os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
import jax
import jax.numpy

devices = [device for device in jax.devices() if device.platform != "cpu"]
if not devices:
    skip("no GPU is visible")
done = []
for device in devices:
    tell(says=", ".join(done) or "the first steps on " + str(device))
    numbers = jax.device_put(jax.numpy.ones((256, 256)), device)
    total = float((numbers @ numbers).sum())  # the copy to the host waits for the device
    if total != 256.0**3:
        tell(failed=str(device) + ": a product of ones gave " + str(total) + " instead of 16777216")
        sys.exit(1)
    done.append(str(device))
tell(says="right on " + ", ".join(done))
)py";

Answer ask(const Patient& patient, const Setting& setting) {
  return ask_python(patient, setting, {.text = std::string(kScript)});
}

}  // namespace

Probe gpu_jax() {
  return {.name = "gpu-jax",
          .question = "Does JAX compute on each GPU?",
          .needs = "devices-jax",
          .needs_gpu = true,
          .limit = std::chrono::seconds(180),
          .applies = has_jax,
          .ask = ask};
}

}  // namespace km::probe
