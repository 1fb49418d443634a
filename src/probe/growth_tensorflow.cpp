// Memory growth on every GPU, and what TensorFlow says where it is set too late.
#include "probe/probes.h"
#include "probe/python.h"

namespace km::probe {
namespace {

constexpr std::string_view kScript = R"py(
import tensorflow as tf

gpus = tf.config.list_physical_devices("GPU")
if not gpus:
    skip("no GPU is visible")
for gpu in gpus:
    tf.config.experimental.set_memory_growth(gpu, True)
    if not tf.config.experimental.get_memory_growth(gpu):
        tell(failed=gpu.name + " does not take it")
        sys.exit(1)
logical = tf.config.list_logical_devices("GPU")
too_late = ""
try:
    # The value that is set already would be taken in silence.
    tf.config.experimental.set_memory_growth(gpus[0], False)
except RuntimeError as error:
    too_late = str(error)
tell(
    says=str(len(gpus)) + " physical, " + str(len(logical)) + " logical GPUs, all grow; set too late it says: " + (too_late or "nothing"),
    too_late=too_late,
)
)py";

Answer ask(const Patient& patient, const Setting& setting) {
  return ask_python(patient, setting, {.text = std::string(kScript)});
}

}  // namespace

Probe growth_tensorflow() {
  return {.name = "growth-tensorflow",
          .question = "Can the GPUs' memory grow as it is needed?",
          .needs = "devices-tensorflow",
          .needs_gpu = true,
          .limit = std::chrono::seconds(180),
          .applies = has_tensorflow,
          .ask = ask};
}

}  // namespace km::probe
