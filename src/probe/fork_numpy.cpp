// A fork after the import of NumPy, as multiprocessing does it on Linux.
#include "probe/fork.h"
#include "probe/probes.h"
#include "probe/python.h"

namespace km::probe {
namespace {

constexpr std::string_view kScript = R"py(
import numpy


def compute():
    numbers = numpy.ones((256, 256))
    return float((numbers @ numbers).sum()) == 256.0**3
)py";

Answer ask(const Patient& patient, const Setting& setting) {
  return ask_forked(patient, setting, kScript);
}

}  // namespace

Probe fork_numpy() {
  return {.name = "fork-numpy",
          .question = "Does NumPy compute in a process forked after its import?",
          .needs = "cpu-numpy",
          .needs_gpu = false,
          .limit = std::chrono::seconds(60),
          .applies = has_numpy,
          .ask = ask};
}

}  // namespace km::probe
