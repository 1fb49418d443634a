// A stand-in for NVIDIA's management library: two good devices and one that fell off the bus.
#include <array>
#include <cstdio>
#include <cstdlib>

namespace {

constexpr int kSuccess = 0;
constexpr int kGpuIsLost = 15;

struct Memory {
  unsigned long long total;
  unsigned long long free;
  unsigned long long used;
};

std::array<Memory, 3> devices{{{1000, 600, 400}, {0, 0, 0}, {2000, 1900, 100}}};

}  // namespace

extern "C" {

int nvmlInit_v2() { return std::getenv("KM_FAKE_NVML_FAILS") != nullptr ? 9 : kSuccess; }
int nvmlShutdown() { return kSuccess; }
int nvmlDeviceGetCount_v2(unsigned* count) {
  *count = std::getenv("KM_FAKE_NVML_EMPTY") != nullptr ? 0 : devices.size();
  return kSuccess;
}
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** device) {
  *device = &devices.at(index);
  return kSuccess;
}
int nvmlDeviceGetMemoryInfo(void* device, Memory* memory) {
  *memory = *static_cast<Memory*>(device);
  return memory->total == 0 ? kGpuIsLost : kSuccess;
}
int nvmlSystemGetDriverVersion(char* text, unsigned size) {
  return std::snprintf(text, size, "550.54.15") > 0 ? kSuccess : kGpuIsLost;
}
int nvmlSystemGetCudaDriverVersion_v2(int* version) {
  *version = 12040;
  return kSuccess;
}
int nvmlDeviceGetName(void* /*device*/, char* text, unsigned size) {
  return std::snprintf(text, size, "Fake H100") > 0 ? kSuccess : kGpuIsLost;
}
const char* nvmlErrorString(int /*code*/) { return "Driver Not Loaded"; }

}  // extern "C"
