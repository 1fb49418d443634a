// What a path in a traceback or a log gives away of its machine: weaker than what a text says.
#include "readers/environment_reading.h"
#include "readers/text.h"

#include <array>

namespace km::readers {
namespace {

// "/lib/python3.9/", "Python39\", "cpython-39-", ".cp39-win": the digits after `before`.
bool read_version(std::string_view line, std::string_view before, Reading& reading) {
  for (std::size_t at = line.find(before); at != std::string_view::npos;
       at = line.find(before, at + 1)) {
    std::string_view rest = line.substr(at + before.size());
    if (rest.empty() || rest.front() != '3') continue;
    rest.remove_prefix(1);
    if (rest.starts_with('.')) rest.remove_prefix(1);
    std::size_t digits = 0;
    while (digits < rest.size() && is_digit(rest[digits])) ++digits;
    const char after = digits < rest.size() ? rest[digits] : '\0';
    const bool ends = after == '/' || after == '\\' || after == '-';
    if (digits == 0 || digits > 2 || !ends) continue;
    reading.derived("python.version", "3." + std::string(rest.substr(0, digits)));
    return true;
  }
  return false;
}

struct Sign {
  std::string_view part, fact, value;
};

// The first sign of a fact in a text wins.
constexpr std::array kSigns{
    Sign{"/opt/homebrew/", "host.hardware", "arm64"},
    Sign{"/opt/homebrew/", "host.os", "macos"},
    Sign{"-darwin.so", "host.os", "macos"},
    Sign{"/Library/Frameworks/", "host.os", "macos"},
    Sign{"/usr/local/Cellar/", "host.os", "macos"},
    Sign{"-x86_64-linux-gnu.so", "python.architecture", "x86_64"},
    Sign{"-x86_64-linux-gnu.so", "host.os", "linux"},
    Sign{"/x86_64-linux-gnu/", "python.architecture", "x86_64"},
    Sign{"/x86_64-linux-gnu/", "host.os", "linux"},
    Sign{"-aarch64-linux-gnu.so", "python.architecture", "aarch64"},
    Sign{"/aarch64-linux-gnu/", "python.architecture", "aarch64"},
    Sign{"aarch64-linux-gnu", "host.os", "linux"},
    Sign{"-win_amd64.pyd", "python.architecture", "x86_64"},
    Sign{"-win32.pyd", "python.architecture", "i686"},
    Sign{"site-packages/google/colab", "host.container", "colab"},
};

// A drive letter that begins a path: C:\Users
bool has_drive(std::string_view line) {
  for (std::size_t at = line.find(":\\"); at != std::string_view::npos;
       at = line.find(":\\", at + 1)) {
    const bool letter = at >= 1 && ((line[at - 1] >= 'A' && line[at - 1] <= 'Z') ||
                                    (line[at - 1] >= 'a' && line[at - 1] <= 'z'));
    const bool alone = at < 2 || has(" \t\"'([", line.substr(at - 2, 1));
    if (letter && alone && at + 2 < line.size()) return true;
  }
  return false;
}

// The folder begins a path: not the /home/ of a link or of a longer path.
bool begins_path(std::string_view line, std::string_view folder) {
  const std::size_t at = line.find(folder);
  if (at == std::string_view::npos) return false;
  return at == 0 || has(" \t\"'([=:", line.substr(at - 1, 1));
}

}  // namespace

void read_paths(std::string_view line, Reading& reading) {
  if (line.find_first_of("/\\") == std::string_view::npos) return;
  // Only one of them is the interpreter's: the folders before the tags of libraries.
  static_cast<void>(read_version(line, "/lib/python", reading) ||
                    read_version(line, "ython.framework/Versions/", reading) ||
                    read_version(line, "\\Python", reading) ||
                    read_version(line, ".cpython-", reading) || read_version(line, ".cp", reading));
  const std::string low = evidence::lower(line);
  for (const std::string_view conda :
       {"anaconda", "miniconda", "miniforge", "mambaforge", "micromamba", "/opt/conda/"}) {
    if (has(low, conda)) reading.derived("python.install", "conda");
  }
  for (const Sign& sign : kSigns) {
    if (has(line, sign.part)) reading.derived(sign.fact, std::string(sign.value));
  }
  if (has_drive(line)) {
    reading.derived("host.os", "windows");
  } else if (begins_path(line, "/Users/")) {
    reading.derived("host.os", "macos");
  } else if (begins_path(line, "/home/") || begins_path(line, "/lib64/") ||
             begins_path(line, "/usr/lib/")) {
    reading.derived("host.os", "linux");
  }
}

}  // namespace km::readers
