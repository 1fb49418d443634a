// A product on each GPU; what was reached before a death is told.
#include "probe/probes.h"
#include "probe/python.h"

namespace km::probe {
namespace {

constexpr std::string_view kScript = R"py(
import torch

devices = ["cuda:" + str(index) for index in range(torch.cuda.device_count())]
metal = getattr(torch.backends, "mps", None)
if metal is not None and metal.is_available():
    devices.append("mps")
if not devices:
    skip("no GPU is visible")
done = []
for device in devices:
    tell(says=", ".join(done) or "the first steps on " + device)
    numbers = torch.ones((256, 256), device=device)
    total = float((numbers @ numbers).sum())  # the copy to the host waits for the device
    if total != 256.0**3:
        tell(failed=device + ": a product of ones gave " + str(total) + " instead of 16777216")
        sys.exit(1)
    done.append(device)
tell(says="right on " + ", ".join(done))
)py";

Answer ask(const Patient& patient, const Setting& setting) {
  return ask_python(patient, setting, {.text = std::string(kScript)});
}

}  // namespace

Probe gpu_torch() {
  return {.name = "gpu-torch",
          .question = "Does PyTorch compute on each GPU?",
          .needs = "devices-torch",
          .needs_gpu = true,
          .limit = std::chrono::seconds(180),
          .applies = has_torch,
          .ask = ask};
}

}  // namespace km::probe
