#include "probe/product.h"

#include "probe/fork.h"

#include <string>

namespace km::probe {
namespace {

constexpr std::string_view kOnce = R"py(
prepare()
total = product()
if total != 256.0**3:
    tell(failed="a product of ones gave " + str(total) + " instead of 16777216")
else:
    tell(says="a product of two 256 x 256 matrices is right")
)py";

constexpr std::string_view kThreads = R"py(
import threading

prepare()
right = []


def multiply():
    for _ in range(20):
        total = product()
    right.append(total == 256.0**3)


threads = [threading.Thread(target=multiply) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
if right == [True] * len(threads):
    tell(says="20 products in each of 8 threads are right")
else:
    tell(failed=str(sum(right)) + " of 8 threads came to the right result")
)py";

// Nothing but the import comes before the fork.
constexpr std::string_view kFork = R"py(


def compute():
    prepare()
    return product() == 256.0**3
)py";

constexpr std::string_view kGpus = R"py(
if not devices:
    skip("no GPU is visible")
done = []
for device in devices:
    name = name_of(device)
    tell(says=", ".join(done) or "the first steps on " + name)
    total = product_on(device)
    if total != 256.0**3:
        tell(failed=name + ": a product of ones gave " + str(total) + " instead of 16777216")
        sys.exit(1)
    done.append(name)
tell(says="right on " + ", ".join(done))
)py";

std::string together(std::string_view first, std::string_view second) {
  return std::string(first) + std::string(second);
}

}  // namespace

constexpr std::string_view kNumpyProduct = R"py(
import numpy


def prepare():
    pass


def product():
    numbers = numpy.ones((256, 256))
    return float((numbers @ numbers).sum())
)py";

constexpr std::string_view kTorchProduct = R"py(
import torch


def prepare():
    pass


def product():
    numbers = torch.ones((256, 256))
    return float((numbers @ numbers).sum())
)py";

constexpr std::string_view kJaxProduct = R"py(
import os

os.environ.setdefault("JAX_PLATFORMS", "cpu")
import jax
import jax.numpy


def prepare():
    pass


def product():
    numbers = jax.numpy.ones((256, 256))
    return float((numbers @ numbers).sum())
)py";

constexpr std::string_view kTensorflowProduct = R"py(
import tensorflow as tf


def prepare():
    tf.config.set_visible_devices([], "GPU")


def product():
    numbers = tf.ones((256, 256))
    return float(tf.reduce_sum(tf.matmul(numbers, numbers)))
)py";

Answer ask_product(const Patient& patient, const Setting& setting, std::string_view product) {
  return ask_python(patient, setting, {.text = together(product, kOnce)});
}

Answer ask_product_in_threads(const Patient& patient, const Setting& setting,
                              std::string_view product) {
  return ask_python(patient, setting, {.text = together(product, kThreads)});
}

Answer ask_product_in_fork(const Patient& patient, const Setting& setting,
                           std::string_view product) {
  return ask_forked(patient, setting, together(product, kFork));
}

Answer ask_product_on_gpus(const Patient& patient, const Setting& setting,
                           std::string_view devices) {
  return ask_python(patient, setting, {.text = together(devices, kGpus)});
}

}  // namespace km::probe
