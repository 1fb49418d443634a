// A product on each GPU; what was reached before a death is told.
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
tf.config.set_soft_device_placement(False)  # else a GPU that cannot would be replaced unseen
done = []
for gpu in tf.config.list_logical_devices("GPU"):
    tell(says=", ".join(done) or "the first steps on " + gpu.name)
    with tf.device(gpu.name):
        numbers = tf.ones((256, 256))
        product = tf.matmul(numbers, numbers)
    total = float(tf.reduce_sum(product))  # the copy to the host waits for the device
    if total != 256.0**3:
        tell(failed=gpu.name + ": a product of ones gave " + str(total) + " instead of 16777216")
        sys.exit(1)
    done.append(gpu.name)
tell(says="right on " + ", ".join(done))
)py";

Answer ask(const Patient& patient, const Setting& setting) {
  return ask_python(patient, setting, {.text = std::string(kScript)});
}

}  // namespace

Probe gpu_tensorflow() {
  return {.name = "gpu-tensorflow",
          .question = "Does TensorFlow compute on each GPU?",
          .needs = "devices-tensorflow",
          .needs_gpu = true,
          .limit = std::chrono::seconds(180),
          .applies = has_tensorflow,
          .ask = ask};
}

}  // namespace km::probe
