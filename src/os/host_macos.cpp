// Memory and identity of a Mac, as far as plain sysctl and Mach calls tell. Not yet run on a Mac.
#include "os/cpu.h"
#include "os/host.h"
#include "os/macos.h"

#include <array>
#include <string>
#include <utility>

#include <mach/mach.h>
#include <sys/sysctl.h>

namespace km::os {
namespace {

template <class Value>
std::optional<Value> system_value(const char* name) {
  Value value{};
  std::size_t size = sizeof value;
  if (::sysctlbyname(name, &value, &size, nullptr, 0) != 0) return std::nullopt;
  return value;
}

std::string system_text(const char* name) {
  std::array<char, 256> text{};
  std::size_t size = text.size() - 1;
  if (::sysctlbyname(name, text.data(), &size, nullptr, 0) != 0) return {};
  return text.data();
}

macos::SystemValues system_values() {
  return {system_value<int>("sysctl.proc_translated"), system_value<int>("hw.optional.arm64"),
          system_text("kern.osproductversion"), system_text("kern.osrelease")};
}

}  // namespace

std::optional<HostMemory> host_memory(const Root& /*root*/) {
  const auto total = system_value<std::uint64_t>("hw.memsize");
  vm_statistics64 pages{};
  mach_msg_type_number_t count = HOST_VM_INFO64_COUNT;
  const auto host = ::mach_host_self();
  const auto answer =
      ::host_statistics64(host, HOST_VM_INFO64, reinterpret_cast<host_info64_t>(&pages), &count);
  ::mach_port_deallocate(mach_task_self(), host);
  if (!total || answer != KERN_SUCCESS) return std::nullopt;
  HostMemory memory;
  memory.total_bytes = static_cast<std::int64_t>(*total);
  memory.available_bytes = macos::available_bytes(
      {pages.free_count, pages.purgeable_count, pages.external_page_count}, vm_kernel_page_size);
  memory.compressor_bytes =
      static_cast<std::int64_t>(pages.compressor_page_count * vm_kernel_page_size);
  memory.pressure = macos::pressure_of(system_value<int>("kern.memorystatus_vm_pressure_level"));
  if (const auto swap = system_value<xsw_usage>("vm.swapusage")) {
    memory.swap_total_bytes = static_cast<std::int64_t>(swap->xsu_total);
    memory.swap_free_bytes = static_cast<std::int64_t>(swap->xsu_avail);
  }
  return memory;
}

std::optional<std::int64_t> available_memory() {
  const auto memory = host_memory();
  return memory ? std::optional(memory->available_bytes) : std::nullopt;
}

// macOS tells pressure as a level (kern.memorystatus_vm_pressure_level), not as a share of time.
std::optional<double> memory_pressure(const Root& /*root*/) { return std::nullopt; }

std::optional<std::int64_t> host_oom_kills(const Root& /*root*/) { return std::nullopt; }

bool is_apple_silicon() { return macos::hardware_of(system_values()) == "arm64"; }

HostIdentity host_identity(const Root& /*root*/) {
  auto cpu = this_cpu();
  HostIdentity host;
  host.os = "macos";
  const auto values = system_values();
  host.os_version = macos::version_of(values);
  host.kernel = values.release;
  host.architecture = std::move(cpu.architecture);
  host.cpu = std::move(cpu.model);
  host.cpu_features = std::move(cpu.features);
  host.translation = macos::translation_of(values);
  host.hardware = macos::hardware_of(values);
  return host;
}

}  // namespace km::os
