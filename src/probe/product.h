// One small product in every framework, and the questions that are asked with it: does it come out
// right, in many threads, in a forked child, on each GPU?
#pragma once

#include "probe/python.h"

#include <string_view>

namespace km::probe {

// Each imports its framework and defines
//   prepare()   hides the GPUs, so that only the CPU can be at fault
//   product()   the sum of a product of two 256 x 256 matrices of ones: 256.0**3
extern const std::string_view kNumpyProduct;
extern const std::string_view kTorchProduct;
extern const std::string_view kJaxProduct;
extern const std::string_view kTensorflowProduct;

// `product`: one of the above.
Answer ask_product(const Patient& patient, const Setting& setting, std::string_view product);
Answer ask_product_in_threads(const Patient& patient, const Setting& setting,
                              std::string_view product);
Answer ask_product_in_fork(const Patient& patient, const Setting& setting,
                           std::string_view product);
// `devices` defines devices, a list of GPUs, maybe empty; name_of(device); and product_on(device),
// which is 256.0**3 and has come back to the host.
Answer ask_product_on_gpus(const Patient& patient, const Setting& setting,
                           std::string_view devices);

}  // namespace km::probe
