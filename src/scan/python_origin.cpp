#include "scan/python_origin.h"

#include "os/file.h"

#include <array>
#include <re2/re2.h>
#include <system_error>
#include <utility>

namespace km::scan {

std::string python_origin(std::string_view interpreter, bool conda, std::string_view subdir) {
  if (conda) return subdir.empty() ? "conda" : "conda " + std::string(subdir);
  using Sign = std::pair<std::string_view, std::string_view>;
  // The first that fits; pyenv and uv lie in the home folder.
  constexpr std::array<Sign, 11> kSigns{
      Sign{"/.pyenv/", "pyenv"},
      Sign{"/uv/python/", "uv"},
      Sign{"/opt/homebrew/", "Homebrew for Apple silicon"},
      Sign{"/usr/local/Cellar/", "Homebrew for Intel"},
      Sign{"/usr/local/opt/", "Homebrew for Intel"},
      Sign{"/opt/local/", "MacPorts"},
      Sign{"/Library/Developer/CommandLineTools/", "Apple's Command Line Tools"},
      Sign{"/Xcode.app/", "Xcode"},
      Sign{"/Xcode-beta.app/", "Xcode"},
      Sign{"/Library/Frameworks/Python.framework/", "python.org"},
      // A stub that starts the one of the Command Line Tools.
      Sign{"/usr/bin/python3", "Apple's Command Line Tools"},
  };
  for (const auto& [part, origin] : kSigns) {
    if (interpreter.find(part) != std::string_view::npos) return std::string(origin);
  }
  return {};
}

std::string conda_subdir(const std::filesystem::path& prefix) {
  constexpr std::int64_t kMostBytes = std::int64_t{4} * 1024 * 1024;
  static const RE2 kName(R"(python-\d.*\.json)");
  static const RE2 kSubdir(R"re("subdir"\s*:\s*"([\w-]+)")re");
  std::error_code error;
  std::filesystem::directory_iterator entry(prefix / "conda-meta", error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    if (!RE2::FullMatch(entry->path().filename().string(), kName)) continue;
    const auto text = os::read_file(entry->path(), kMostBytes);
    std::string subdir;
    if (text && RE2::PartialMatch(*text, kSubdir, &subdir)) return subdir;
  }
  return {};
}

}  // namespace km::scan
