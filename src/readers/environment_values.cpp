// Values in which people write several things at once: "Windows 10, WSL Linux 4.19", "arm64 (x86-64
// python)", "RTX 2070, driver 410.104", "mamba + pip".
#include "readers/environment_cpu.h"
#include "readers/environment_reading.h"
#include "readers/text.h"

#include <algorithm>
#include <array>

namespace km::readers {
namespace {

struct Word {
  std::string_view word, meaning;
};

template <std::size_t N>
std::string_view meaning_in(std::string_view text, const std::array<Word, N>& words) {
  for (const Word& word : words) {
    if (has(text, word.word)) return word.meaning;
  }
  return {};
}

constexpr std::array kLinuxNames{
    Word{"linux", "linux"},     Word{"ubuntu", "linux"}, Word{"debian", "linux"},
    Word{"centos", "linux"},    Word{"fedora", "linux"}, Word{"red hat", "linux"},
    Word{"rhel", "linux"},      Word{"kali", "linux"},   Word{"rocky", "linux"},
    Word{"alma", "linux"},      Word{"alpine", "linux"}, Word{"opensuse", "linux"},
    Word{"suse", "linux"},      Word{"mint", "linux"},   Word{"raspbian", "linux"},
    Word{"manjaro", "linux"},   Word{"wsl", "linux"},    Word{"pop!_os", "linux"},
    Word{"scientific", "linux"}};
constexpr std::array kContainers{Word{"wsl", "wsl"},
                                 Word{"docker", "docker"},
                                 Word{"kubernetes", "kubernetes"},
                                 Word{"k8s", "kubernetes"},
                                 Word{"gke", "kubernetes"},
                                 Word{"colab", "colab"},
                                 Word{"podman", "podman"},
                                 Word{"singularity", "singularity"},
                                 Word{"apptainer", "singularity"},
                                 Word{"nvcr.io", "docker"},
                                 Word{"envd", "docker"}};

std::string os_of(std::string_view text) {
  const bool macos = has(text, "macos") || has(text, "mac os") || has(text, "os x") ||
                     has(text, "darwin") || has(text, "osx");
  const bool windows = has(text, "windows") && !has(text, "wsl");
  const bool other = !meaning_in(text, kLinuxNames).empty();
  if (macos + windows + other > 1) return {};  // "macOS or Linux" says neither
  if (macos) return "macos";
  if (windows) return "windows";
  return other ? "linux" : "";
}

// A number outside of parentheses, or Darwin's within: "macOS (errno 48)" names none.
bool names_version(std::string_view text) {
  const std::size_t number = text.find_first_of("0123456789");
  return number != std::string_view::npos && (number < text.find('(') || has(text, "darwin"));
}

// Calls `use(word)` for each word of letters, digits, '_' and '-'.
template <class Use>
void each_word(std::string_view text, Use use) {
  constexpr std::string_view kBreaks = " \t,;()[]/:";
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(kBreaks), text.size());
    if (end > 0) use(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace

void read_os(std::string_view value, Reading& reading) {
  const std::string text = evidence::lower(value);
  const std::string os = os_of(text);
  if (!os.empty()) reading.told("host.os", os);
  if (!os.empty() && names_version(text)) reading.told("host.os_version", std::string(value));
  const std::string_view container = meaning_in(text, kContainers);
  if (!container.empty()) reading.told("host.container", std::string(container));
  each_word(value, [&](std::string_view word) {
    const std::string_view architecture = architecture_of_word(word);
    if (architecture.empty()) return;
    reading.told("host.architecture", std::string(architecture));
  });
}

void read_architecture(std::string_view value, Reading& reading) {
  const std::string text = evidence::lower(value);
  std::string_view first;
  std::string_view second;
  each_word(value, [&](std::string_view word) {
    const std::string_view architecture = architecture_of_word(word);
    if (architecture.empty()) return;
    if (first.empty()) {
      first = architecture;
    } else if (architecture != first) {
      second = architecture;
    }
  });
  if (first.empty()) return;
  reading.told("host.architecture", std::string(first));
  if (second.empty()) {
    // An x86-64 answer may come from a translated process; an arm64 one is the machine's.
    if (hardware_of(first) == "arm64") reading.told("host.hardware", "arm64");
    return;
  }
  const bool emulated = has(text, "emulated") || has(text, "qemu") || has(text, "emulation");
  // "x86_64 (emulated on aarch64)" begins with the process, "arm64 (x86-64 python)" with the
  // machine.
  const std::string_view process = emulated ? first : second;
  const std::string_view machine = emulated ? second : first;
  reading.told("python.architecture", std::string(process));
  reading.told("host.hardware", std::string(hardware_of(machine)));
  if (emulated) {
    reading.told("host.translation", "qemu-user");
  } else if (machine == "arm64" && process == "x86_64") {
    reading.told("host.translation", "rosetta");
  }
}

void read_processor(std::string_view value, Reading& reading) {
  const std::string text = evidence::lower(value);
  constexpr std::array<std::string_view, 11> kGpus{"rtx",    "gtx",    "geforce", "tesla",
                                                   "nvidia", "quadro", "radeon",  "a100",
                                                   "h100",   "titan",  "mx1"};
  for (const std::string_view gpu : kGpus) {
    if (!has(text, gpu)) continue;
    const std::size_t driver = text.find("driver");
    if (driver != std::string::npos) {
      const std::string_view version = version_in(value.substr(driver));
      if (!version.empty()) reading.told("gpu.driver", std::string(version));
    }
    reading.told("gpu.model", std::string(trimmed(value.substr(0, value.find(',')))));
    return;
  }
  constexpr std::array<std::string_view, 16> kWords{
      "apple",   "intel",   "amd", "arm", "xeon", "core", "ryzen",  "opteron",
      "pentium", "celeron", "cpu", "i5",  "i7",   "i9",   "cortex", "processor"};
  const bool processor = std::any_of(kWords.begin(), kWords.end(),
                                     [&](std::string_view word) { return has(text, word); });
  if (!processor) return;  // "cpu: 45%"
  reading.told("cpu.model", std::string(value));
  if (has(text, "apple") || has(text, "virtualapple")) {
    reading.told("host.hardware", "arm64");
  } else if (has(text, "intel") || has(text, "amd") || has(text, "xeon") || has(text, "pentium")) {
    reading.told("host.hardware", "x86_64");
  }
  if (const auto lacks = lacks_of_model(value)) {
    for (const std::string& feature : *lacks) reading.feature(feature, false);
  }
}

void read_features(std::string_view value, Reading& reading) {
  constexpr std::array<std::string_view, 16> kTold{
      "avx",  "avx2", "fma",  "avx512f", "sse4_1", "sse4_2", "ssse3", "popcnt",
      "f16c", "bmi1", "bmi2", "avx1.0",  "sse4.1", "sse4.2", "asimd", "sve"};
  bool x86 = false;
  std::vector<std::string_view> there;
  each_word(value, [&](std::string_view word) {
    const std::string name = evidence::lower(word);
    x86 |= name == "sse2";
    for (const std::string_view known : kTold) {
      if (known == name) there.push_back(known);
    }
  });
  for (const std::string_view name : there) {
    if (name == "avx1.0") {
      reading.feature("avx", true);
    } else if (name == "sse4.1" || name == "sse4.2") {
      reading.feature(name == "sse4.1" ? "sse4_1" : "sse4_2", true);
    } else {
      reading.feature(name, true);
    }
  }
  // A whole list of an x86 processor: what it does not name is not there. macOS names AVX2 in
  // another line; a line at the limit may have lost its end.
  constexpr std::size_t kCut = 1900;
  const bool macos = has(value, "SSE");
  if (!x86 || value.size() > kCut || (macos && has(value, "AVX"))) return;
  for (const char* name : {"avx", "avx2", "fma", "avx512f"}) reading.feature(name, false);
}

void read_install_method(std::string_view value, Reading& reading) {
  constexpr std::array kInstallers{Word{"conda", "conda"},
                                   Word{"mamba", "conda"},
                                   Word{"miniforge", "conda"},
                                   Word{"homebrew", "homebrew"},
                                   Word{"brew", "homebrew"},
                                   Word{"poetry", "poetry"},
                                   Word{"pipenv", "pip"},
                                   Word{"pip", "pip"},
                                   Word{"venv", "pip"},
                                   Word{"uv ", "uv"},
                                   Word{"pyenv", "pyenv"},
                                   Word{"asdf", "asdf"},
                                   Word{"python.org", "python.org"},
                                   Word{"docker", "docker"},
                                   Word{"apt", "apt"}};
  const std::string text = evidence::lower(value) + ' ';
  std::vector<std::string> found;
  for (const Word& installer : kInstallers) {
    if (!has(text, installer.word)) continue;
    if (found.empty() || found.back() != installer.meaning) found.emplace_back(installer.meaning);
  }
  if (found.empty()) found.emplace_back(value);
  if (found.size() == 1) {
    reading.told("python.install", std::move(found.front()));
  } else {
    reading.told("python.install", std::move(found));
  }
  const std::string_view container = meaning_in(text, kContainers);
  if (!container.empty()) reading.told("host.container", std::string(container));
}

}  // namespace km::readers
