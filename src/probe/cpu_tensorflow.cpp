// A sum on the CPU with the GPUs hidden, so that only the CPU can be at fault.
#include "probe/probes.h"
#include "probe/python.h"

namespace km::probe {
namespace {

constexpr std::string_view kScript = R"py(
import tensorflow as tf

tf.config.set_visible_devices([], "GPU")
numbers = tf.ones((256, 256))
total = float(tf.reduce_sum(tf.matmul(numbers, numbers)))
if total != 256.0**3:
    tell(failed="a product of ones gave " + str(total) + " instead of 16777216")
else:
    tell(says="a product of two 256 x 256 matrices is right")
)py";

Answer ask(const Patient& patient, const Setting& setting) {
  return ask_python(patient, setting, {.text = std::string(kScript)});
}

}  // namespace

Probe cpu_tensorflow() {
  return {.name = "cpu-tensorflow",
          .question = "Does TensorFlow compute on the CPU?",
          .needs = "import-tensorflow",
          .needs_gpu = false,
          .limit = std::chrono::seconds(120),
          .applies = has_tensorflow,
          .ask = ask};
}

}  // namespace km::probe
