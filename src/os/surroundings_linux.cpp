// Signs of a translator or a container on Linux; none of them is an interface, so each is only a
// sign.
#include "os/file.h"
#include "os/surroundings.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <utility>

namespace km::os {
namespace {

std::string text_of(const Root& root, std::string_view path) {
  return read_pseudo_file(root.under(path)).value_or("");
}

bool exists(const Root& root, std::string_view path) {
  std::error_code ignored;
  return std::filesystem::exists(root.under(path), ignored);
}

// Translators answer /proc/self/exe with the program they translate, but not this other name of the
// same link (qemu 7.2: linux-user/syscall.c, is_proc_myself knows "/proc/self/" and "/proc/<pid>/"
// only).
std::string real_program(const Root& root) {
  std::error_code error;
  return std::filesystem::read_symlink(root.under("/proc/thread-self/exe"), error)
      .filename()
      .string();
}

constexpr auto kTranslators = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"qemu-", "qemu-user"},
    {"rosetta", "rosetta"},
    {"box64", "box64"},
    {"FEXInterpreter", "fex"},
    {"FEX", "fex"},
});

// Names that container engines give to cgroups and to the variable "container" of the first
// process.
constexpr auto kEngines = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"kubepods", "kubernetes"},
    {"libpod", "podman"},
    {"podman", "podman"},
    {"docker", "docker"},
    {"lxc", "lxc"},
});

std::string engine_in(std::string_view text) {
  for (const auto& [word, name] : kEngines) {
    if (text.find(word) != std::string_view::npos) return std::string(name);
  }
  return {};
}

// Of the environment that the first process was started with: "a=b\0container=lxc\0".
std::string container_variable(std::string_view environment) {
  constexpr std::string_view kName = "container=";
  while (!environment.empty()) {
    const auto end = std::min(environment.find('\0'), environment.size());
    if (environment.starts_with(kName)) {
      return std::string(environment.substr(kName.size(), end - kName.size()));
    }
    environment.remove_prefix(std::min(end + 1, environment.size()));
  }
  return {};
}

}  // namespace

std::string translation_of(const Cpu& cpu, const Root& root) {
  const auto program = real_program(root);
  for (const auto& [prefix, name] : kTranslators) {
    if (program.starts_with(prefix)) return std::string(name);
  }
  if (cpu.architecture != "x86_64") return {};
  if (cpu.model.starts_with("VirtualApple")) return "rosetta";
  // An ARM processor in /proc/cpuinfo of an x86 process: the file is the host's.
  const bool arm_host = text_of(root, "/proc/cpuinfo").find("CPU implementer") != std::string::npos;
  if (arm_host) return exists(root, "/proc/sys/fs/binfmt_misc/rosetta") ? "rosetta" : "qemu-user";
  // The letters alone may also mean a whole machine emulated by qemu; there the program was found
  // under its own name.
  if (cpu.hypervisor == "TCGTCGTCGTCG" && program.empty()) return "qemu-user";
  return {};
}

std::string hardware_of(const Cpu& cpu, const Root& root) {
  // Translators of single processes show the host's file.
  const auto info = text_of(root, "/proc/cpuinfo");
  if (info.find("CPU implementer") != std::string::npos) return "arm64";
  if (info.find("vendor_id") != std::string::npos) return "x86_64";
  if (!translation_of(cpu, root).empty()) return {};
  return cpu.architecture == "aarch64" ? "arm64" : cpu.architecture;
}

std::string container_of(const Root& root) {
  if (const char* const host = std::getenv("KUBERNETES_SERVICE_HOST");
      host != nullptr && *host != '\0') {
    return "kubernetes";
  }
  // The cgroup says more than the files that docker and podman leave in the root folder: kubernetes
  // uses both.
  auto by_cgroup = engine_in(text_of(root, "/proc/1/cgroup"));
  if (!by_cgroup.empty()) return by_cgroup;
  if (exists(root, "/run/.containerenv")) return "podman";
  if (exists(root, "/.dockerenv")) return "docker";
  const auto variable = container_variable(text_of(root, "/proc/1/environ"));
  if (variable.empty()) return {};
  const auto engine = engine_in(variable);
  return engine.empty() ? "container" : engine;
}

}  // namespace km::os
