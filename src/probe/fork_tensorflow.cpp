// A fork after the import of TensorFlow, as multiprocessing does it on Linux.
#include "probe/fork.h"
#include "probe/probes.h"
#include "probe/python.h"

namespace km::probe {
namespace {

constexpr std::string_view kScript = R"py(
import tensorflow as tf


def compute():
    tf.config.set_visible_devices([], "GPU")
    numbers = tf.ones((256, 256))
    return float(tf.reduce_sum(tf.matmul(numbers, numbers))) == 256.0**3
)py";

Answer ask(const Patient& patient, const Setting& setting) {
  return ask_forked(patient, setting, kScript);
}

}  // namespace

Probe fork_tensorflow() {
  return {.name = "fork-tensorflow",
          .question = "Does TensorFlow compute in a process forked after its import?",
          .needs = "cpu-tensorflow",
          .needs_gpu = false,
          .limit = std::chrono::seconds(150),
          .applies = has_tensorflow,
          .ask = ask};
}

}  // namespace km::probe
