// A kernel.json: whatever is accepted gives a command line.
#include "input.h"
#include "jupyter/kernelspec.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto spec = km::jupyter::parse_kernelspec(km::fuzz::text_of(data, size), "/kernels/name");
  if (!spec) return 0;
  static_cast<void>(spec->is_ipykernel());
  km::fuzz::must(!km::jupyter::command_of(*spec, "/run/kernel.json", "/usr/bin/python3").empty());
  return 0;
}
