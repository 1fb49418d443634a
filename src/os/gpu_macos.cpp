// GPU memory of a Mac by IOKit's statistics of the accelerator, which need no rights. The keys are
// undocumented, so a missing one is no error; the frameworks are opened at run time, since a cross
// build has none of them. Not yet run on a Mac.
#include "os/host.h"
#include "os/library.h"

#include <utility>

#include <mach/mach.h>

namespace km::os {
namespace {

// The parts of CoreFoundation and IOKit that are used, as their public headers declare them.
using Reference = const void*;
using Object = mach_port_t;
constexpr int kSigned64 = 4;                 // kCFNumberSInt64Type
constexpr std::uint32_t kUtf8 = 0x08000100;  // kCFStringEncodingUTF8

}  // namespace

struct GpuMemory::State {
  Library io;
  Library core;
  void* (*matching)(const char*) = nullptr;
  int (*services)(Object, void*, Object*) = nullptr;
  Object (*next)(Object) = nullptr;
  int (*release_object)(Object) = nullptr;
  Reference (*property)(Object, Reference, Reference, std::uint32_t) = nullptr;
  Reference (*text)(Reference, const char*, std::uint32_t) = nullptr;
  Reference (*value)(Reference, Reference) = nullptr;
  bool (*number)(Reference, long, void*) = nullptr;
  unsigned long (*type)(Reference) = nullptr;
  unsigned long (*dictionary_type)() = nullptr;
  void (*release)(Reference) = nullptr;

  bool load() {
    io.reset(::dlopen("/System/Library/Frameworks/IOKit.framework/IOKit", RTLD_LAZY));
    core.reset(
        ::dlopen("/System/Library/Frameworks/CoreFoundation.framework/CoreFoundation", RTLD_LAZY));
    return io && core && find(io, "IOServiceMatching", matching) &&
           find(io, "IOServiceGetMatchingServices", services) && find(io, "IOIteratorNext", next) &&
           find(io, "IOObjectRelease", release_object) &&
           find(io, "IORegistryEntryCreateCFProperty", property) &&
           find(core, "CFStringCreateWithCString", text) &&
           find(core, "CFDictionaryGetValue", value) && find(core, "CFNumberGetValue", number) &&
           find(core, "CFGetTypeID", type) &&
           find(core, "CFDictionaryGetTypeID", dictionary_type) && find(core, "CFRelease", release);
  }

  // Bytes in use by one accelerator; nothing where it does not tell.
  std::optional<std::int64_t> in_use(Object accelerator) const {
    const Reference key = text(nullptr, "PerformanceStatistics", kUtf8);
    const Reference statistics = property(accelerator, key, nullptr, 0);
    release(key);
    if (statistics == nullptr) return std::nullopt;
    std::optional<std::int64_t> bytes;
    if (type(statistics) == dictionary_type()) {
      const Reference name = text(nullptr, "In use system memory", kUtf8);
      std::int64_t told = 0;
      const Reference count = value(statistics, name);
      if (count != nullptr && number(count, kSigned64, &told)) bytes = told;
      release(name);
    }
    release(statistics);
    return bytes;
  }
};

GpuMemory::GpuMemory(std::unique_ptr<State> state) : state_(std::move(state)) {}
GpuMemory::GpuMemory(GpuMemory&&) noexcept = default;
GpuMemory& GpuMemory::operator=(GpuMemory&&) noexcept = default;
GpuMemory::~GpuMemory() = default;

Result<GpuMemory> GpuMemory::open(const char* /*library*/) {
  auto state = std::make_unique<State>();
  if (!state->load()) return fail("not available on this platform: IOKit could not be opened");
  GpuMemory gpu(std::move(state));
  if (!gpu.read()) return fail("not available on this platform: no accelerator tells its memory");
  return gpu;
}

std::optional<GpuMemory::Use> GpuMemory::read() const {
  Object found = 0;
  // It takes over the dictionary. Port 0: the default one.
  if (state_->services(0, state_->matching("IOAccelerator"), &found) != 0) return std::nullopt;
  Use use;
  while (const Object accelerator = state_->next(found)) {
    if (const auto bytes = state_->in_use(accelerator)) {
      use.used_bytes += *bytes;
      use.devices += 1;
    }
    state_->release_object(accelerator);
  }
  state_->release_object(found);
  if (use.devices == 0) return std::nullopt;
  if (const auto memory = host_memory()) use.total_bytes = memory->total_bytes;
  return use;
}

// Metal comes with the system.
GpuMemory::Driver GpuMemory::driver() const { return {}; }

}  // namespace km::os
