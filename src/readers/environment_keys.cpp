// "key: value" lines: written by people, and printed by sw_vers, system_profiler, lscpu, sysctl,
// /proc/cpuinfo, PyTorch's collect_env, TensorFlow's tf_env_collect, docker and conda.
#include "readers/environment_reading.h"
#include "readers/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace km::readers {
namespace {

using Use = void (*)(std::string_view value, Reading& reading);

void use_python(std::string_view value, Reading& reading) {
  const std::string_view version = value.substr(0, value.find_first_of(" \t(,"));
  if (!is_version(version) || version.find('.') == std::string_view::npos) return;
  // "3.7.7.final.0"
  reading.told("python.version", std::string(version.substr(0, version.find(".final"))));
}

// "linux-64", "osx-arm64", "win-32" (conda), "linux/amd64" (docker), or the system's name.
void use_platform(std::string_view value, Reading& reading) {
  const std::size_t cut = value.find_first_of("-/");
  if (cut == std::string_view::npos) return read_os(value, reading);
  const std::string_view system = value.substr(0, cut);
  const std::string_view rest = value.substr(cut + 1);
  const std::string_view os = system == "osx"                          ? "macos"
                              : system == "win" || system == "windows" ? "windows"
                              : system == "linux"                      ? "linux"
                                                                       : "";
  if (os.empty()) return;
  const std::string_view architecture = rest == "64"   ? "x86_64"
                                        : rest == "32" ? "i686"
                                                       : architecture_of_word(rest);
  if (architecture.empty()) return;
  reading.told("host.os", std::string(os));
  reading.told("python.architecture", std::string(architecture));
}

void use_macos_version(std::string_view value, Reading& reading) {
  if (!is_version(value)) return;
  reading.told("host.os", "macos");
  reading.told("host.os_version", "macOS " + std::string(value));
}

void use_kernel(std::string_view value, Reading& reading) {
  if (value.starts_with("Darwin ")) reading.told("host.os", "macos");
  if (!version_in(value).empty()) reading.told("host.kernel", std::string(value));
}

void use_translated(std::string_view value, Reading& reading) {
  if (value == "1") {
    reading.told("host.translation", "rosetta");
    reading.told("host.hardware", "arm64");
    reading.told("python.architecture", "x86_64");
  } else if (value == "0") {
    reading.told("host.translation", casefile::NotThere{});
  }
}

void use_apple_processor(std::string_view value, Reading& reading) {
  if (value != "1") return;
  reading.told("host.os", "macos");
  reading.told("host.hardware", "arm64");
}

template <std::size_t size>
struct Name {
  char text[size]{};
  constexpr Name(const char (&name)[size]) { std::copy(name, name + size, text); }
};
template <Name name>
void use_feature(std::string_view value, Reading& reading) {
  if (value == "0" || value == "1") reading.feature(name.text, value == "1");
}

void use_cuda(std::string_view value, Reading& reading) {
  const std::string_view version = version_in(value);
  if (!version.empty()) reading.told("gpu.cuda_version", std::string(version));
}

void use_cudnn(std::string_view value, Reading& reading) {
  const std::string_view version = version_in(value);
  if (!version.empty()) reading.package("cudnn", version);
}

void use_driver(std::string_view value, Reading& reading) {
  const std::string_view version = version_in(value);
  // "driver: 3" is somebody's setting.
  if (version.size() >= 6 && version.find('.') != std::string_view::npos) {
    reading.told("gpu.driver", std::string(version));
  }
}

// "NVIDIA GeForce RTX 3080", also "GPU 0: NVIDIA A10" of collect_env.
void use_gpu(std::string_view value, Reading& reading) {
  const std::size_t colon = value.find(": ");
  if (value.starts_with("GPU ") && colon != std::string_view::npos) value.remove_prefix(colon + 2);
  const bool name = value.size() > 2 && value.find_first_not_of("0123456789. %") == 0 &&
                    evidence::lower(value) != "none" &&
                    evidence::lower(value) != "could not collect";
  if (name) reading.told("gpu.model", std::string(value.substr(0, value.find(" (UUID"))));
}

void use_torch(std::string_view value, Reading& reading) {
  if (is_version(value)) reading.package("torch", value);
}

void use_tensorflow(std::string_view value, Reading& reading) {
  const std::string_view version = value.substr(0, value.find(' '));
  if (is_version(version)) reading.package("tensorflow", version);
}

void use_libc(std::string_view value, Reading& reading) {
  if (value.starts_with("glibc") && !version_in(value).empty()) {
    reading.told("host.os", "linux");
    reading.told("host.os_version", std::string(value));
  }
}

// "16 GB", "7.655GiB", "16384256 kB", "17179869184"
void use_memory(std::string_view value, Reading& reading) {
  const std::string_view number = version_in(value);
  if (number.empty() || value.substr(0, number.size()) != number) return;
  double amount = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), amount);
  if (error != std::errc() || end != number.data() + number.size()) return;
  const std::string unit = evidence::lower(trimmed(value.substr(number.size())));
  const double factor = unit.empty()                    ? 1
                        : unit == "kb" || unit == "kib" ? 1024.0
                        : unit == "mb" || unit == "mib" ? 1024.0 * 1024
                        : unit == "gb" || unit == "gib" ? 1024.0 * 1024 * 1024
                                                        : 0;
  const double bytes = amount * factor;
  constexpr double kLeast = 64.0 * 1024 * 1024;  // less is no machine's memory
  constexpr double kMost = 1e15;
  if (bytes < kLeast || bytes > kMost) return;
  reading.told("memory.host_total_bytes", static_cast<std::int64_t>(bytes));
}

struct Key {
  std::string_view name;
  Use use;
};

// Sorted by name; a test looks each one up.
constexpr std::array kKeys{
    Key{"arch", read_architecture},
    Key{"architecture", read_architecture},
    Key{"chip", read_processor},
    Key{"cpu", read_processor},
    Key{"cpu model", read_processor},
    Key{"cuda", use_cuda},
    Key{"cuda runtime version", use_cuda},
    Key{"cuda version", use_cuda},
    Key{"cuda/cudnn version", use_cuda},
    Key{"cuda_version", use_cuda},
    Key{"cudnn", use_cudnn},
    Key{"cudnn version", use_cudnn},
    Key{"driver", use_driver},
    Key{"driver version", use_driver},
    Key{"features", read_features},
    Key{"flags", read_features},
    Key{"gpu", use_gpu},
    Key{"gpu model", use_gpu},
    Key{"gpu model and memory", use_gpu},
    Key{"gpu models and configuration", use_gpu},
    Key{"hw.memsize", use_memory},
    Key{"hw.optional.arm64", use_apple_processor},
    Key{"hw.optional.avx1_0", use_feature<"avx">},
    Key{"hw.optional.avx2_0", use_feature<"avx2">},
    Key{"hw.optional.avx512f", use_feature<"avx512f">},
    Key{"hw.optional.fma", use_feature<"fma">},
    Key{"install method", read_install_method},
    Key{"install_method", read_install_method},
    Key{"installation method", read_install_method},
    Key{"installed with", read_install_method},
    Key{"kernel version", use_kernel},
    Key{"libc version", use_libc},
    Key{"machdep.cpu.brand_string", read_processor},
    Key{"machdep.cpu.features", read_features},
    Key{"machdep.cpu.leaf7_features", read_features},
    Key{"machine", read_architecture},
    Key{"memory", use_memory},
    Key{"memtotal", use_memory},
    Key{"model name", read_processor},
    Key{"nvidia driver version", use_driver},
    Key{"operating system", read_os},
    Key{"os", read_os},
    Key{"os kernel version", use_kernel},
    Key{"os platform and distribution", read_os},
    Key{"os version", read_os},
    Key{"os/arch", use_platform},
    Key{"ostype", read_os},
    Key{"platform", use_platform},
    Key{"processor", read_processor},
    Key{"processor name", read_processor},
    Key{"productversion", use_macos_version},
    Key{"python", use_python},
    Key{"python version", use_python},
    Key{"python_version", use_python},
    Key{"pytorch version", use_torch},
    Key{"sysctl.proc_translated", use_translated},
    Key{"system version", read_os},
    Key{"tensorflow version", use_tensorflow},
    Key{"total memory", use_memory},
};

}  // namespace

bool read_key_value(std::string_view line, Reading& reading) {
  constexpr std::size_t kLongestKey = 32;
  std::string_view rest = trimmed(line);
  while (rest.starts_with('-') || rest.starts_with('*') || rest.starts_with(' ')) {
    rest.remove_prefix(1);  // lists in issue texts: "- **OS**: macOS 12", "* os: Linux"
  }
  const std::size_t cut = rest.find_first_of(":=");
  if (cut == 0 || cut == std::string_view::npos || cut > kLongestKey) return false;
  std::string_view name = trimmed(rest.substr(0, cut));
  // sysctl prints "a.b: 1" and "a.b=1"; elsewhere '=' is code.
  if (rest[cut] == '=' && !name.starts_with("hw.") && !name.starts_with("machdep.") &&
      !name.starts_with("sysctl.")) {
    return false;
  }
  while (name.ends_with('*') || name.ends_with(' ')) name.remove_suffix(1);
  const std::string wanted = evidence::lower(name);
  const auto* key =
      std::lower_bound(kKeys.begin(), kKeys.end(), wanted,
                       [](const Key& known, const std::string& text) { return known.name < text; });
  if (key == kKeys.end() || key->name != wanted) return false;
  std::string_view value = trimmed(rest.substr(cut + 1));
  while (value.starts_with('*') || value.starts_with(' ')) value.remove_prefix(1);
  if (!value.empty()) key->use(value, reading);
  return true;
}

}  // namespace km::readers
