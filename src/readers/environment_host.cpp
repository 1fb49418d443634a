// What systems say of themselves without a key: uname, ulimit, Docker's and llama.cpp's lines.
#include "readers/environment_reading.h"
#include "readers/text.h"

#include <array>
#include <charconv>
#include <cstdint>

namespace km::readers {
namespace {

// "Linux name 5.15.0-91-generic #101 SMP ... x86_64 GNU/Linux",
// "Darwin name 21.6.0 Darwin Kernel Version ...; root:xnu-.../RELEASE_ARM64_T6000 x86_64"
bool read_uname(std::string_view line, Reading& reading) {
  const bool is_linux = line.starts_with("Linux ");
  if (!is_linux && !line.starts_with("Darwin ")) return false;
  const auto words = fields_of(line, 64);
  if (words.size() < 5 || !is_digit(words[2].front()) || !has(words[2], ".")) return false;
  std::string_view architecture;
  for (std::size_t i = words.size(); i-- > 3 && architecture.empty();) {
    architecture = architecture_of_word(words[i]);
  }
  if (architecture.empty()) return false;
  reading.told("host.os", is_linux ? "linux" : "macos");
  reading.told("host.kernel", std::string(words[2]));
  reading.told("host.architecture", std::string(architecture));
  if (!is_linux) reading.told("host.os_version", "Darwin " + std::string(words[2]));
  if (is_linux || architecture == "arm64") {
    reading.told("host.hardware", std::string(hardware_of(architecture)));
  } else if (has(line, "RELEASE_ARM64")) {  // the kernel is the machine's, uname itself translated
    reading.told("host.hardware", "arm64");
  }
  if (has(words[2], "icrosoft")) reading.told("host.container", "wsl");
  return true;
}

struct Limit {
  std::string_view title, fact;
  std::int64_t unit;
};

// "open files                      (-n) 1024"
bool read_ulimit(std::string_view line, Reading& reading) {
  constexpr std::array kLimits{Limit{"open files", "limit.open_files", 1},
                               Limit{"max user processes", "limit.processes", 1},
                               Limit{"stack size", "limit.stack_bytes", 1024},
                               Limit{"virtual memory", "limit.address_space_bytes", 1024},
                               Limit{"data seg size", "limit.data_bytes", 1024},
                               Limit{"cpu time", "limit.cpu_seconds", 1}};
  for (const Limit& limit : kLimits) {
    if (!line.starts_with(limit.title)) continue;
    const std::size_t close = line.rfind(')');
    const std::size_t option = line.rfind('-');
    if (close == std::string_view::npos || option == std::string_view::npos || option > close) {
      return false;
    }
    const std::string_view value = trimmed(line.substr(close + 1));
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || end != value.data() + value.size()) return value == "unlimited";
    constexpr std::int64_t kMost = std::int64_t{1} << 50;
    if (number < 0 || number > kMost) return false;
    reading.told(limit.fact, number * limit.unit);
    return true;
  }
  return false;
}

// "FROM --platform=linux/amd64 python:3.9", "docker run --platform linux/amd64 ..."
bool read_container(std::string_view line, Reading& reading) {
  constexpr std::string_view kOption = "--platform";
  const std::size_t place = line.find(kOption);
  const bool docker = line.starts_with("FROM ") || has(line, "docker ") || has(line, "podman ");
  if (place == std::string_view::npos || !docker) return false;
  std::string_view value = line.substr(place + kOption.size());
  if (value.empty() || (value.front() != '=' && value.front() != ' ')) return false;
  value = value.substr(1, value.find(' ', 1) - 1);
  const std::size_t slash = value.find('/');
  if (slash == std::string_view::npos) return false;
  const std::string_view architecture =
      architecture_of_word(value.substr(slash + 1, value.find('/', slash + 1) - slash - 1));
  if (architecture.empty()) return false;
  reading.told("host.container", "docker");
  reading.told("python.architecture", std::string(architecture));
  return true;
}

// "AVX = 1 | AVX2 = 0 | AVX512 = 0 | FMA = 0 | ...", as llama.cpp and whisper.cpp print it
bool read_switches(std::string_view line, Reading& reading) {
  if (!has(line, "AVX = ") || !has(line, " | ")) return false;
  struct Switch {
    std::string_view name, feature;
  };
  for (const Switch& known : {Switch{"AVX = ", "avx"}, Switch{"AVX2 = ", "avx2"},
                              Switch{"AVX512 = ", "avx512f"}, Switch{"FMA = ", "fma"}}) {
    // "ARM_FMA = 0" is another.
    for (std::size_t at = line.find(known.name); at != std::string_view::npos;
         at = line.find(known.name, at + 1)) {
      const std::size_t value = at + known.name.size();
      if ((at > 0 && line[at - 1] != ' ') || value >= line.size()) continue;
      reading.feature(known.feature, line[value] == '1');
      break;
    }
  }
  return true;
}

}  // namespace

bool read_host_words(std::string_view line, Reading& reading) {
  const std::string_view text = trimmed(line);
  return read_uname(text, reading) || read_ulimit(text, reading) || read_container(text, reading) ||
         read_switches(text, reading);
}

}  // namespace km::readers
