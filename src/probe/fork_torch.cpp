// A fork after the import of PyTorch, as multiprocessing does it on Linux.
#include "probe/fork.h"
#include "probe/probes.h"
#include "probe/python.h"

namespace km::probe {
namespace {

constexpr std::string_view kScript = R"py(
import torch


def compute():
    numbers = torch.ones((256, 256))
    return float((numbers @ numbers).sum()) == 256.0**3
)py";

Answer ask(const Patient& patient, const Setting& setting) {
  return ask_forked(patient, setting, kScript);
}

}  // namespace

Probe fork_torch() {
  return {.name = "fork-torch",
          .question = "Does PyTorch compute in a process forked after its import?",
          .needs = "cpu-torch",
          .needs_gpu = false,
          .limit = std::chrono::seconds(150),
          .applies = has_torch,
          .ask = ask};
}

}  // namespace km::probe
