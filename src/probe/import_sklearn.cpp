// The import of scikit-learn alone.
#include "probe/probes.h"
#include "probe/python.h"

namespace km::probe {
namespace {

constexpr std::string_view kScript = R"py(
import sklearn as module

tell(says="sklearn " + str(getattr(module, "__version__", "of no version")), file=getattr(module, "__file__", None))
)py";

Answer ask(const Patient& patient, const Setting& setting) {
  return ask_python(patient, setting, {.text = std::string(kScript), .loads_libraries = true});
}

}  // namespace

Probe import_sklearn() {
  return {.name = "import-sklearn",
          .question = "Does scikit-learn import?",
          .needs = "interpreter",
          .needs_gpu = false,
          .limit = std::chrono::seconds(90),
          .applies = has_sklearn,
          .ask = ask};
}

}  // namespace km::probe
