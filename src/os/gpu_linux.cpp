// GPU memory by NVIDIA's management library, which comes with the driver and so can only be opened
// at run time.
#include "os/host.h"
#include "os/library.h"

#include <array>
#include <string>
#include <vector>

namespace km::os {
namespace {

// The stable part of nvml.h.
using Device = void*;
struct Memory {
  unsigned long long total = 0;
  unsigned long long free = 0;
  unsigned long long used = 0;
};
constexpr int kSuccess = 0;

}  // namespace

struct GpuMemory::State {
  Library library;
  int (*init)() = nullptr;
  int (*shutdown)() = nullptr;
  int (*count)(unsigned*) = nullptr;
  int (*device)(unsigned, Device*) = nullptr;
  int (*memory)(Device, Memory*) = nullptr;
  const char* (*error_text)(int) = nullptr;
  // Not in every driver's library.
  int (*driver_version)(char*, unsigned) = nullptr;
  int (*cuda_version)(int*) = nullptr;
  int (*device_name)(Device, char*, unsigned) = nullptr;
  bool initialised = false;
  std::vector<Device> devices;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (initialised) shutdown();
  }

  bool load(const char* name) {
    library.reset(::dlopen(name, RTLD_NOW | RTLD_LOCAL));
    if (!library) return false;
    find(library, "nvmlSystemGetDriverVersion", driver_version);
    find(library, "nvmlSystemGetCudaDriverVersion_v2", cuda_version);
    find(library, "nvmlDeviceGetName", device_name);
    return find(library, "nvmlInit_v2", init) && find(library, "nvmlShutdown", shutdown) &&
           find(library, "nvmlDeviceGetCount_v2", count) &&
           find(library, "nvmlDeviceGetHandleByIndex_v2", device) &&
           find(library, "nvmlDeviceGetMemoryInfo", memory) &&
           find(library, "nvmlErrorString", error_text);
  }

  Error failed(std::string_view what, int code) const {
    const char* const text = error_text(code);
    return {std::string(what) +
            ": NVML: " + (text != nullptr ? text : "error " + std::to_string(code))};
  }
};

GpuMemory::GpuMemory(std::unique_ptr<State> state) : state_(std::move(state)) {}
GpuMemory::~GpuMemory() = default;
GpuMemory::GpuMemory(GpuMemory&&) noexcept = default;
GpuMemory& GpuMemory::operator=(GpuMemory&&) noexcept = default;

Result<GpuMemory> GpuMemory::open(const char* library) {
  auto state = std::make_unique<State>();
  if (!state->load(library)) {
    return fail("cannot read GPU memory: NVIDIA's management library " + std::string(library) +
                " is not on this machine");
  }
  if (const int code = state->init(); code != kSuccess) {
    return tl::make_unexpected(state->failed("cannot read GPU memory", code));
  }
  state->initialised = true;
  unsigned count = 0;
  if (const int code = state->count(&count); code != kSuccess) {
    return tl::make_unexpected(state->failed("cannot count the GPUs", code));
  }
  for (unsigned i = 0; i < count; ++i) {
    Device device = nullptr;
    // One that fell off the bus must not hide the others.
    if (state->device(i, &device) == kSuccess) state->devices.push_back(device);
  }
  if (state->devices.empty()) return fail("cannot read GPU memory: there is no NVIDIA GPU");
  return GpuMemory(std::move(state));
}

std::optional<GpuMemory::Use> GpuMemory::read() const {
  Use use;
  for (auto* const device : state_->devices) {
    Memory memory;
    if (state_->memory(device, &memory) != kSuccess) continue;
    use.used_bytes += static_cast<std::int64_t>(memory.used);
    use.total_bytes += static_cast<std::int64_t>(memory.total);
    ++use.devices;
  }
  if (use.devices == 0) return std::nullopt;
  return use;
}

GpuMemory::Driver GpuMemory::driver() const {
  Driver driver;
  std::array<char, 96> text{};  // NVML_DEVICE_NAME_V2_BUFFER_SIZE
  const auto size = static_cast<unsigned>(text.size() - 1);
  if (state_->driver_version != nullptr && state_->driver_version(text.data(), size) == kSuccess)
    driver.version = text.data();
  int cuda = 0;  // 12040: 12.4
  if (state_->cuda_version != nullptr && state_->cuda_version(&cuda) == kSuccess && cuda > 0)
    driver.cuda = std::to_string(cuda / 1000) + "." + std::to_string(cuda % 1000 / 10);
  text.fill('\0');
  if (state_->device_name != nullptr &&
      state_->device_name(state_->devices.front(), text.data(), size) == kSuccess)
    driver.model = text.data();
  return driver;
}

}  // namespace km::os
