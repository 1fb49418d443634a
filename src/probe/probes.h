// Every probe by name; the order is in probes.cpp. A new one: its file, a line here and a line
// there.
#pragma once

#include "probe/probe.h"

namespace km::probe {

Probe interpreter();
Probe import_ipykernel();
Probe import_numpy();
Probe import_sklearn();
Probe import_torch();
Probe import_jax();
Probe import_tensorflow();
Probe cpu_numpy();
Probe cpu_sklearn();
Probe cpu_torch();
Probe cpu_jax();
Probe cpu_tensorflow();
Probe devices_torch();
Probe devices_jax();
Probe devices_tensorflow();
Probe gpu_torch();
Probe gpu_jax();
Probe gpu_tensorflow();
Probe growth_tensorflow();
Probe threads_numpy();
Probe threads_torch();
Probe threads_tensorflow();
Probe fork_numpy();
Probe fork_torch();
Probe fork_tensorflow();
Probe memory();
Probe memory_tensorflow();
Probe kernel();

}  // namespace km::probe
