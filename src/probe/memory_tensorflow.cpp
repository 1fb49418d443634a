// The same with tensors: TensorFlow has an allocator, and an exception, of its own.
#include "probe/memory.h"
#include "probe/memory_fence.h"
#include "probe/probes.h"

namespace km::probe {
namespace {

constexpr std::string_view kScript = R"py(
import tensorflow as tf

tf.config.set_visible_devices([], "GPU")


def take(size):
    return tf.ones((size // 4,), tf.float32)


refused = (MemoryError, tf.errors.ResourceExhaustedError)
)py";

Answer ask(const Patient& patient, const Setting& setting) {
  // A launcher that emulates needs as much again.
  constexpr std::int64_t kOwn = 1536 * kMiB;
  return ask_for_memory(patient, setting, kScript, kOwn);
}

}  // namespace

Probe memory_tensorflow() {
  return {.name = "memory-tensorflow",
          .question = "Does TensorFlow get the memory that is available?",
          .needs = "cpu-tensorflow",
          .limit = std::chrono::seconds(150),
          .applies = has_tensorflow,
          .ask = ask};
}

}  // namespace km::probe
