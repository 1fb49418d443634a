// The import of TensorFlow alone.
#include "probe/probes.h"
#include "probe/python.h"

namespace km::probe {
namespace {

constexpr std::string_view kScript = R"py(
import tensorflow as module

tell(says="tensorflow " + str(getattr(module, "__version__", "of no version")), file=getattr(module, "__file__", None))
)py";

Answer ask(const Patient& patient, const Setting& setting) {
  return ask_python(patient, setting, {.text = std::string(kScript), .loads_libraries = true});
}

}  // namespace

Probe import_tensorflow() {
  return {.name = "import-tensorflow",
          .question = "Does TensorFlow import?",
          .needs = "interpreter",
          .needs_gpu = false,
          .limit = std::chrono::seconds(120),
          .applies = has_tensorflow,
          .ask = ask};
}

}  // namespace km::probe
