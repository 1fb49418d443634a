// What an interpreter says of itself: banners, platform.platform(), and file(1) about its binary.
#include "readers/environment_reading.h"
#include "readers/text.h"

#include <array>

namespace km::readers {
namespace {

// What people's prompts and machines put before what a program says.
std::string_view after_prompt(std::string_view line) {
  line = trimmed(line);
  for (const std::string_view prompt : {"$ ", "# ", "% ", "> "}) {
    if (line.starts_with(prompt)) return trimmed(line.substr(prompt.size()));
  }
  return line;
}

// "Python 3.8.8 (default, Apr 13 2021, 12:59:45)", "Python 3.9.0 | packaged by conda-forge |
// (...)", "Python 3.11.2" alone. "Python 3.7 is deprecated" is none.
bool read_banner(std::string_view line, Reading& reading) {
  constexpr std::string_view kPython = "Python ";
  if (!line.starts_with(kPython)) return false;
  const std::string_view rest = line.substr(kPython.size());
  const std::string_view version = rest.substr(0, rest.find_first_of(" \t"));
  if (!is_version(version) || version.find('.') == version.rfind('.')) return false;
  const std::string_view after = trimmed(rest.substr(version.size()));
  if (!after.empty() && after.front() != '(' && after.front() != '|' && after.front() != '[' &&
      after.front() != ':') {
    return false;
  }
  reading.told("python.version", std::string(version));
  return true;
}

// "[Clang 10.0.0 ] :: Anaconda, Inc. on darwin", "... [MSC v.1916 64 bit (AMD64)] on win32"
bool read_compiler(std::string_view line, Reading& reading) {
  bool found = false;
  struct Ending {
    std::string_view text, os;
  };
  for (const Ending& ending : {Ending{" on darwin", "macos"}, Ending{" on linux", "linux"},
                               Ending{" on win32", "windows"}}) {
    if (!line.ends_with(ending.text) || !has(line, "]")) continue;
    reading.told("host.os", std::string(ending.os));
    found = true;
  }
  if (has(line, "64 bit (AMD64)")) {
    reading.told("python.architecture", "x86_64");
  } else if (has(line, "32 bit (Intel)")) {
    reading.told("python.architecture", "i686");
  } else if (has(line, "64 bit (ARM64)")) {
    reading.told("python.architecture", "arm64");
  }
  if (found && (has(line, ":: Anaconda") || has(line, "|Anaconda"))) {
    reading.told("python.install", "conda");
  }
  return found;
}

// "macOS-13.1-arm64-arm-64bit", "Linux-5.15.0-91-generic-x86_64-with-glibc2.35",
// "Darwin-21.6.0-x86_64-i386-64bit", "Windows-10-10.0.19041-SP0"
bool read_platform(std::string_view line, Reading& reading) {
  struct System {
    std::string_view prefix, os;
  };
  constexpr std::array kSystems{System{"macOS-", "macos"}, System{"Darwin-", "macos"},
                                System{"Linux-", "linux"}, System{"Windows-", "windows"}};
  for (const System& system : kSystems) {
    const std::size_t place = line.find(system.prefix);
    if (place == std::string_view::npos) continue;
    std::string_view text = line.substr(place);
    text = text.substr(0, text.find_first_of(" \t'\",;)"));
    std::string_view rest = text.substr(system.prefix.size());
    if (rest.empty() || !is_digit(rest.front())) continue;
    std::string_view architecture;
    while (!rest.empty() && architecture.empty()) {
      const std::size_t end = std::min(rest.find('-'), rest.size());
      architecture = architecture_of_word(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    if (architecture.empty() && !has(text, "-SP0")) continue;
    reading.told("host.os", std::string(system.os));
    reading.told("host.os_version", std::string(text));
    if (has(text, "icrosoft-standard") || has(text, "-Microsoft")) {
      reading.told("host.container", "wsl");
    }
    if (architecture.empty()) return true;
    reading.told("python.architecture", std::string(architecture));
    // On a Mac a translated interpreter would say x86_64 of an Apple processor too.
    if (system.os != "macos" || architecture == "arm64") {
      reading.told("host.hardware", std::string(hardware_of(architecture)));
    }
    return true;
  }
  return false;
}

// "/usr/bin/python3: Mach-O 64-bit executable arm64", "...: ELF 64-bit LSB pie executable, x86-64,"
bool read_file(std::string_view line, Reading& reading) {
  const std::size_t colon = line.find(": ");
  if (colon == std::string_view::npos || !has(evidence::lower(line.substr(0, colon)), "python"))
    return false;
  const std::string_view what = line.substr(colon + 2);
  if (has(what, "universal binary")) return true;  // runs as either
  std::string_view architecture;
  if (what.starts_with("Mach-O ") && has(what, "executable")) {
    architecture = architecture_of_word(what.substr(what.rfind(' ') + 1));
    reading.told("host.os", "macos");
  } else if (what.starts_with("ELF ")) {
    architecture = has(what, "x86-64")        ? "x86_64"
                   : has(what, "aarch64")     ? "aarch64"
                   : has(what, "Intel 80386") ? "i686"
                                              : "";
  } else if (what.starts_with("PE32")) {
    architecture = has(what, "x86-64") ? "x86_64" : has(what, "Aarch64") ? "arm64" : "";
    if (architecture.empty() && has(what, "Intel")) architecture = "i686";
  } else {
    return false;
  }
  if (!architecture.empty()) reading.told("python.architecture", std::string(architecture));
  return true;
}

}  // namespace

bool read_python_words(std::string_view line, Reading& reading) {
  const std::string_view text = after_prompt(line);
  const bool banner = read_banner(text, reading);
  if (banner && has(text, "conda")) reading.told("python.install", "conda");
  const bool compiler = (banner || text.starts_with('[')) && read_compiler(text, reading);
  return banner || compiler || read_platform(text, reading) || read_file(text, reading);
}

}  // namespace km::readers
