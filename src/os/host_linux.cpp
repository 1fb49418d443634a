// Memory, pressure and identity of a Linux machine.
#include "os/cpu.h"
#include "os/fields.h"
#include "os/file.h"
#include "os/host.h"
#include "os/pseudo_file.h"
#include "os/surroundings.h"

#include <array>
#include <ctime>

#include <sys/statvfs.h>
#include <sys/utsname.h>

namespace km::os {
namespace {

// PRETTY_NAME="Debian GNU/Linux 12 (bookworm)", quoted or not (os-release(5)).
std::string pretty_name(std::string_view text) {
  constexpr std::string_view kKey = "PRETTY_NAME=";
  while (!text.empty()) {
    auto line = take_line(text);
    if (!line.starts_with(kKey)) continue;
    line.remove_prefix(kKey.size());
    const bool quoted = line.size() >= 2 && (line.front() == '"' || line.front() == '\'') &&
                        line.back() == line.front();
    return std::string(quoted ? line.substr(1, line.size() - 2) : line);
  }
  return {};
}

std::string os_version(const Root& root) {
  for (const auto* const path : {"/etc/os-release", "/usr/lib/os-release"}) {
    if (const auto text = read_pseudo_file(root.under(path))) return pretty_name(*text);
  }
  return {};
}

// For processors that do not tell their name themselves.
std::string model_in_cpuinfo(const Root& root) {
  const auto text = read_pseudo_file(root.under("/proc/cpuinfo"), 16384);
  if (!text) return {};
  for (std::string_view rest = *text; !rest.empty();) {
    auto line = take_line(rest);
    if (!line.starts_with("model name") && !line.starts_with("Model")) continue;
    take_until(line, ':');
    const auto begin = line.find_first_not_of(' ');
    return begin == std::string_view::npos ? std::string() : std::string(line.substr(begin));
  }
  return {};
}

// Of /proc/meminfo, which counts in KiB.
std::optional<std::int64_t> bytes_of(std::string_view meminfo, std::string_view key) {
  const auto kib = number_of(meminfo, key);
  if (!kib) return std::nullopt;
  return *kib * 1024;
}

}  // namespace

std::optional<HostMemory> host_memory(const Root& root) {
  const auto text = read_pseudo_file(root.under("/proc/meminfo"));
  if (!text) return std::nullopt;
  const auto bytes = [&text](std::string_view key) { return bytes_of(*text, key); };
  const auto total = bytes("MemTotal:");
  const auto available = bytes("MemAvailable:");
  if (!total || !available) return std::nullopt;
  HostMemory memory;
  memory.total_bytes = *total;
  memory.available_bytes = *available;
  memory.swap_total_bytes = bytes("SwapTotal:").value_or(0);
  memory.swap_free_bytes = bytes("SwapFree:").value_or(0);
  return memory;
}

std::optional<std::int64_t> available_memory() {
  static const PseudoFile file("/proc/meminfo");
  std::array<char, 4096> buffer;
  const auto text = file.read(buffer);
  return text ? bytes_of(*text, "MemAvailable:") : std::nullopt;
}

std::vector<PlatformGap> platform_gaps() { return {}; }

bool is_apple_silicon() { return false; }

// "some avg10=1.53 avg60=0.87 avg300=0.31 total=58761459"; the "full" line follows.
std::optional<double> memory_pressure(const Root& root) {
  const auto text = read_pseudo_file(root.under("/proc/pressure/memory"));
  if (!text) return std::nullopt;  // compiled out, or switched off: then reading fails
  std::string_view rest = *text;
  if (take_field(rest) != "some") return std::nullopt;
  auto value = take_field(rest);
  if (take_until(value, '=') != "avg10") return std::nullopt;
  // Two decimals always; from_chars for double is not in every library we build with.
  const auto whole = to_number(take_until(value, '.'));
  const auto hundredths = to_number(value);
  if (!whole || !hundredths || value.size() != 2) return std::nullopt;
  return static_cast<double>(*whole) + static_cast<double>(*hundredths) / 100.0;
}

std::optional<std::int64_t> host_oom_kills(const Root& root) {
  const auto text = read_pseudo_file(root.under("/proc/vmstat"));
  return text ? number_of(*text, "oom_kill") : std::nullopt;
}

HostIdentity host_identity(const Root& root) {
  auto cpu = this_cpu();
  HostIdentity host;
  host.os = "linux";
  host.os_version = os_version(root);
  utsname names{};
  if (::uname(&names) == 0) host.kernel = std::data(names.release);
  host.translation = translation_of(cpu, root);
  host.hardware = hardware_of(cpu, root);
  host.container = container_of(root);
  host.architecture = std::move(cpu.architecture);
  host.cpu = cpu.model.empty() ? model_in_cpuinfo(root) : std::move(cpu.model);
  host.cpu_features = std::move(cpu.features);
  return host;
}

}  // namespace km::os
