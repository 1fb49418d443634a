// The machine: memory, processor, translation, container, pressure, kernel log, GPU memory.
#pragma once

#include "os/root.h"
#include "result.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace km::os {

struct HostMemory {
  std::int64_t total_bytes = 0;
  std::int64_t available_bytes = 0;  // MemAvailable: what can be had without swapping
  std::int64_t swap_total_bytes = 0;
  std::int64_t swap_free_bytes = 0;
  // macOS only: what the compressor occupies, and how hard the system is pressed ("normal",
  // "warning", "critical"); -1 and empty elsewhere.
  std::int64_t compressor_bytes = -1;
  std::string pressure;
};
std::optional<HostMemory> host_memory(const Root& root = {});
// available_bytes alone, for somebody who asks 20 times a second.
std::optional<std::int64_t> available_memory();

// Share of the last 10 s in which some task waited for memory (PSI), 0 to 100; nothing where the
// system has no PSI.
std::optional<double> memory_pressure(const Root& root = {});

// Counter of OOM kills on the whole machine; a hint only, others' processes count too
// (facts/crash_capture.md, 2e).
std::optional<std::int64_t> host_oom_kills(const Root& root = {});

struct HostIdentity {
  std::string os;            // "linux" or "macos"
  std::string os_version;    // "Debian GNU/Linux 12 (bookworm)", "macOS 15.1"
  std::string kernel;        // uname -r
  std::string architecture;  // of this process: "x86_64", "aarch64"
  std::string hardware;      // of the real processor: "x86_64", "arm64"; empty: not known
  std::string cpu;           // model name
  std::vector<std::string>
      cpu_features;         // as CPUID offers them to this process: "avx", "avx2", "avx512f", ...
  std::string translation;  // "", "qemu-user", "rosetta", "box64", "fex"
  std::string container;    // "", "docker", "podman", "kubernetes", "lxc", "container"
};
// A Mac with Apple silicon, also where we are translated ourselves. Cheap.
bool is_apple_silicon();
HostIdentity host_identity(const Root& root = {});

// Free and total bytes of the file system that holds `path`.
struct Space {
  std::int64_t total_bytes = 0;
  std::int64_t free_bytes = 0;    // for an ordinary user
  std::int64_t free_inodes = -1;  // -1: the file system does not count them
};
std::optional<Space> space_of(const std::string& path);

// Records of the kernel log that came after `since_monotonic_us`, oldest first, at most 1 MiB; the
// error names the permission that lacks and how to get it.
Result<std::vector<std::string>> kernel_log_since(std::int64_t since_monotonic_us);
std::int64_t monotonic_us();  // the kernel log's clock

// What this platform never tells, with the reason, and what a person can type instead (may be
// empty). None on Linux, where each reader says itself what it could not get.
struct PlatformGap {
  std::string what;
  std::string why;
  std::string remedy;
};
std::vector<PlatformGap> platform_gaps();

// GPU memory and driver, by a library that is opened at run time: NVML, on macOS IOKit (the memory
// is the machine's own there). An error where the library or a device is absent.
class GpuMemory {
 public:
  struct Use {
    std::int64_t used_bytes = 0;  // of all devices together
    std::int64_t total_bytes = 0;
    int devices = 0;
  };
  static Result<GpuMemory> open(const char* library = "libnvidia-ml.so.1");
  GpuMemory(GpuMemory&&) noexcept;
  GpuMemory& operator=(GpuMemory&&) noexcept;
  ~GpuMemory();
  std::optional<Use> read() const;

  struct Driver {
    std::string version;  // "550.54.15"; empty: not told
    std::string cuda;     // the newest CUDA that it offers: "12.4"; empty: not told
    std::string model;    // of the first device
  };
  Driver driver() const;

 private:
  struct State;
  explicit GpuMemory(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace km::os
