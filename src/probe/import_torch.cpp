// The import of PyTorch alone.
#include "probe/probes.h"
#include "probe/python.h"

namespace km::probe {
namespace {

constexpr std::string_view kScript = R"py(
import torch as module

tell(says="torch " + str(getattr(module, "__version__", "of no version")), file=getattr(module, "__file__", None))
)py";

Answer ask(const Patient& patient, const Setting& setting) {
  return ask_python(patient, setting, {.text = std::string(kScript), .loads_libraries = true});
}

}  // namespace

Probe import_torch() {
  return {.name = "import-torch",
          .question = "Does PyTorch import?",
          .needs = "interpreter",
          .needs_gpu = false,
          .limit = std::chrono::seconds(120),
          .applies = has_torch,
          .ask = ask};
}

}  // namespace km::probe
