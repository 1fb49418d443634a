// Compiled modules that the interpreter never looks at, since their names are made for another
// Python: what is left where site-packages were copied from one version to another.
#include "scan/judges.h"

#include <charconv>
#include <fmt/core.h>
#include <optional>

namespace km::scan {
namespace {

// 11 of "x.cpython-311-x86_64-linux-gnu.so", "x.cpython-311-darwin.so", "x.cpython-311t.so";
// nothing for modules that serve several versions ("x.abi3.so") and for libraries.
std::optional<int> minor_of(std::string_view file) {
  constexpr std::string_view kTag = ".cpython-3";
  const std::size_t tag = file.rfind(kTag);
  if (tag == std::string_view::npos) return std::nullopt;
  const std::string_view rest = file.substr(tag + kTag.size());
  int minor = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), minor);
  if (error != std::errc() || end == rest.data()) return std::nullopt;
  return minor;
}

}  // namespace

void judge_python_abi(const Inventory& inventory, casefile::CaseFile& out) {
  const std::string& version = inventory.environment.version;
  if (!version.starts_with("3.")) return;
  const int ours = std::atoi(version.c_str() + 2);
  std::vector<std::string> misfits;
  for (const Distribution& one : inventory.distributions) {
    const RecordLine* foreign = nullptr;
    bool fits = false;
    for (const RecordLine& line : one.files) {
      const auto minor = minor_of(line.path);
      if (!minor) continue;
      if (*minor == ours)
        fits = true;
      else
        foreign = &line;
    }
    // Some packages carry builds for several versions.
    if (foreign == nullptr || fits) continue;
    misfits.push_back(fmt::format("{} {} has {}", one.name, one.version, foreign->path));
  }
  tell_all(out, "scan.python_abi", std::move(misfits), "RECORD of the installed packages");
}

}  // namespace km::scan
