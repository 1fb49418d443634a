// Which accelerators PyTorch sees.
#include "probe/probes.h"
#include "probe/python.h"

namespace km::probe {
namespace {

constexpr std::string_view kScript = R"py(
import torch

names = [torch.cuda.get_device_name(index) for index in range(torch.cuda.device_count())]
metal = getattr(torch.backends, "mps", None)
if metal is not None and metal.is_available():
    names.append("Metal")
built_for = torch.version.cuda or getattr(torch.version, "hip", None) or "none"
tell(says=", ".join(names) + "; built for CUDA/ROCm " + built_for if names else "no GPU; built for CUDA/ROCm " + built_for, gpus=len(names), names=names)
)py";

Answer ask(const Patient& patient, const Setting& setting) {
  return ask_python(patient, setting, {.text = std::string(kScript)});
}

}  // namespace

Probe devices_torch() {
  return {.name = "devices-torch",
          .question = "Which devices does PyTorch see?",
          .needs = "import-torch",
          .limit = std::chrono::seconds(120),
          .applies = has_torch,
          .ask = ask};
}

}  // namespace km::probe
