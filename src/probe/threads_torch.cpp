// Products in many threads at once.
#include "probe/probes.h"
#include "probe/python.h"

namespace km::probe {
namespace {

constexpr std::string_view kScript = R"py(
import threading

import torch

right = []


def multiply():
    numbers = torch.ones((256, 256))
    for _ in range(20):
        total = float((numbers @ numbers).sum())
    right.append(total == 256.0**3)


threads = [threading.Thread(target=multiply) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
if right == [True] * len(threads):
    tell(says="20 products in each of 8 threads are right")
else:
    tell(failed=str(sum(right)) + " of 8 threads came to the right result")
)py";

Answer ask(const Patient& patient, const Setting& setting) {
  return ask_python(patient, setting, {.text = std::string(kScript)});
}

}  // namespace

Probe threads_torch() {
  return {.name = "threads-torch",
          .question = "Does PyTorch compute in many threads at once?",
          .needs = "cpu-torch",
          .needs_gpu = false,
          .limit = std::chrono::seconds(180),
          .applies = has_torch,
          .ask = ask};
}

}  // namespace km::probe
