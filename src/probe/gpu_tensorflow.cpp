// A product on each GPU; what was reached before a death is told.
#include "probe/probes.h"
#include "probe/product.h"

namespace km::probe {
namespace {

constexpr std::string_view kDevices = R"py(
import tensorflow as tf

gpus = tf.config.list_physical_devices("GPU")
for gpu in gpus:
    tf.config.experimental.set_memory_growth(gpu, True)
tf.config.set_soft_device_placement(False)  # else a GPU that cannot would be replaced unseen
devices = tf.config.list_logical_devices("GPU") if gpus else []


def name_of(device):
    return device.name


def product_on(device):
    with tf.device(device.name):
        numbers = tf.ones((256, 256))
        product = tf.matmul(numbers, numbers)
    return float(tf.reduce_sum(product))
)py";

}  // namespace

Probe gpu_tensorflow() {
  return {.name = "gpu-tensorflow",
          .question = "Does TensorFlow compute on each GPU?",
          .needs = "devices-tensorflow",
          .needs_gpu = true,
          .limit = std::chrono::seconds(180),
          .applies = has_tensorflow,
          .ask = [](const Patient& patient, const Setting& setting) {
            return ask_product_on_gpus(patient, setting, kDevices);
          }};
}

}  // namespace km::probe
