// The processor as it shows itself to this very process: under an emulator that is not what
// /proc/cpuinfo tells.
#pragma once

#include <string>
#include <vector>

namespace km::os {

struct Cpu {
  std::string architecture;           // that this program was compiled for, as uname calls it
  std::string model;                  // brand string; empty where the processor has none
  std::vector<std::string> features;  // usable ones only: those whose registers the system saves
  std::string hypervisor;  // 12 letters of CPUID leaf 0x40000000; empty where there is none
};
Cpu this_cpu();

}  // namespace km::os
