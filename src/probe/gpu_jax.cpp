// A product on each device that is no CPU; what was reached before a death is told.
#include "probe/probes.h"
#include "probe/product.h"

namespace km::probe {
namespace {

constexpr std::string_view kDevices = R"py(
import os

os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
import jax
import jax.numpy

devices = [device for device in jax.devices() if device.platform != "cpu"]


def name_of(device):
    return str(device)


def product_on(device):
    numbers = jax.device_put(jax.numpy.ones((256, 256)), device)
    return float((numbers @ numbers).sum())
)py";

}  // namespace

Probe gpu_jax() {
  return {.name = "gpu-jax",
          .question = "Does JAX compute on each GPU?",
          .needs = "devices-jax",
          .needs_gpu = true,
          .limit = std::chrono::seconds(180),
          .applies = has_jax,
          .ask = [](const Patient& patient, const Setting& setting) {
            return ask_product_on_gpus(patient, setting, kDevices);
          }};
}

}  // namespace km::probe
