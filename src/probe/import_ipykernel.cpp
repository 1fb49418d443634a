// The import of what a kernel starts: its application, since of a package that was removed an empty
// folder may be left, which imports.
#include "probe/probes.h"
#include "probe/python.h"

namespace km::probe {
namespace {

constexpr std::string_view kScript = R"py(
import ipykernel as module
import ipykernel.kernelapp

tell(says="ipykernel " + str(getattr(module, "__version__", "of no version")), file=getattr(module, "__file__", None))
)py";

Answer ask(const Patient& patient, const Setting& setting) {
  return ask_python(patient, setting, {.text = std::string(kScript), .loads_libraries = true});
}

}  // namespace

Probe import_ipykernel() {
  return {.name = "import-ipykernel",
          .question = "Does ipykernel import?",
          .needs = "interpreter",
          .needs_gpu = false,
          .limit = std::chrono::seconds(60),
          .applies = [](const Patient&) { return true; },
          .ask = ask};
}

}  // namespace km::probe
