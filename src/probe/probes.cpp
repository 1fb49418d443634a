// The list of all probes, cheapest first.
#include "probe/probes.h"

#include <array>

namespace km::probe {

std::span<const Probe> probes() {
  static const std::array all{
      interpreter(),
      import_ipykernel(),
      import_numpy(),
      import_sklearn(),
      import_torch(),
      import_jax(),
      import_tensorflow(),
      cpu_numpy(),
      cpu_sklearn(),
      cpu_torch(),
      cpu_jax(),
      cpu_tensorflow(),
      devices_torch(),
      devices_jax(),
      devices_tensorflow(),
      gpu_torch(),
      gpu_jax(),
      gpu_tensorflow(),
      growth_tensorflow(),
      threads_numpy(),
      threads_torch(),
      threads_tensorflow(),
      fork_numpy(),
      fork_torch(),
      fork_tensorflow(),
      memory(),
      memory_tensorflow(),
      kernel(),
  };
  return all;
}

}  // namespace km::probe
