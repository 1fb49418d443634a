// Which devices JAX sees; it starts all of its back ends for that.
#include "probe/probes.h"
#include "probe/python.h"

namespace km::probe {
namespace {

constexpr std::string_view kScript = R"py(
import os

os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
import jax

devices = jax.devices()
others = [device for device in devices if device.platform != "cpu"]
tell(says=", ".join(str(device) for device in devices), gpus=len(others), names=[str(device) for device in others])
)py";

Answer ask(const Patient& patient, const Setting& setting) {
  return ask_python(patient, setting, {.text = std::string(kScript)});
}

}  // namespace

Probe devices_jax() {
  return {.name = "devices-jax",
          .question = "Which devices does JAX see?",
          .needs = "import-jax",
          .limit = std::chrono::seconds(120),
          .applies = has_jax,
          .ask = ask};
}

}  // namespace km::probe
