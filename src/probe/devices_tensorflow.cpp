// Physical devices, and the logical ones that TensorFlow makes of them; the second starts them.
#include "probe/probes.h"
#include "probe/python.h"

namespace km::probe {
namespace {

constexpr std::string_view kScript = R"py(
import tensorflow as tf

physical = tf.config.list_physical_devices()
gpus = [device for device in physical if device.device_type == "GPU"]
for gpu in gpus:
    # Else the look at them alone would take nearly all of their memory.
    tf.config.experimental.set_memory_growth(gpu, True)
tell(says=str(len(gpus)) + " physical GPUs", gpus=len(gpus))
logical = tf.config.list_logical_devices()


def named(devices):
    return ", ".join(device.name for device in devices) or "none"


tell(
    says="physical: " + named(physical) + "; logical: " + named(logical),
    gpus=len(gpus),
    names=[device.name for device in gpus],
    logical=[device.name for device in logical],
    built_with_gpu=tf.test.is_built_with_gpu_support(),
)
)py";

Answer ask(const Patient& patient, const Setting& setting) {
  return ask_python(patient, setting, {.text = std::string(kScript)});
}

}  // namespace

Probe devices_tensorflow() {
  return {.name = "devices-tensorflow",
          .question = "Which devices does TensorFlow see?",
          .needs = "import-tensorflow",
          .limit = std::chrono::seconds(120),
          .applies = has_tensorflow,
          .ask = ask};
}

}  // namespace km::probe
