// A product on each GPU; what was reached before a death is told.
#include "probe/probes.h"
#include "probe/product.h"

namespace km::probe {
namespace {

constexpr std::string_view kDevices = R"py(
import torch

devices = ["cuda:" + str(index) for index in range(torch.cuda.device_count())]
metal = getattr(torch.backends, "mps", None)
if metal is not None and metal.is_available():
    devices.append("mps")


def name_of(device):
    return device


def product_on(device):
    numbers = torch.ones((256, 256), device=device)
    return float((numbers @ numbers).sum())
)py";

}  // namespace

Probe gpu_torch() {
  return {.name = "gpu-torch",
          .question = "Does PyTorch compute on each GPU?",
          .needs = "devices-torch",
          .needs_gpu = true,
          .limit = std::chrono::seconds(180),
          .applies = has_torch,
          .ask = [](const Patient& patient, const Setting& setting) {
            return ask_product_on_gpus(patient, setting, kDevices);
          }};
}

}  // namespace km::probe
