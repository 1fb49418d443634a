// Extension modules that were compiled for NumPy 1 and would meet a NumPy 2.
//
// Which one is told by the name under which the module asks for NumPy's inner table: headers of
// NumPy 2 name numpy._core first and numpy.core as the way back, those of NumPy 1 numpy.core alone
// (numpy/_core/code_generators/generate_numpy_api.py and its ancestor).
#include "evidence/compat_version.h"
#include "scan/judges.h"

#include <algorithm>
#include <fmt/core.h>
#include <unordered_map>

namespace km::scan {
namespace {

constexpr std::uint64_t kLargestModule = std::uint64_t{16} << 20;
constexpr std::size_t kPiece = std::size_t{1} << 20;
constexpr int kModulesOfAPackage = 6;

enum class BuiltFor { unknown, numpy1, numpy2 };

BuiltFor built_for(const std::filesystem::path& path) {
  using namespace std::string_view_literals;
  constexpr auto kNew = "numpy._core._multiarray_umath"sv;
  constexpr auto kOld = "numpy.core._multiarray_umath\0"sv;
  constexpr auto kOldest = "numpy.core.multiarray\0"sv;  // before 1.16
  auto source = binary::FileSource::open(path);
  if (!source || source->size() > kLargestModule) return BuiltFor::unknown;
  BuiltFor answer = BuiltFor::unknown;
  std::string kept;  // the end of the piece before: a name may lie across the border
  for (std::uint64_t at = 0; at < source->size(); at += kPiece) {
    const std::string text = kept + source->bytes(at, kPiece);
    if (text.find(kNew) != std::string::npos) return BuiltFor::numpy2;
    if (text.find(kOld) != std::string::npos || text.find(kOldest) != std::string::npos)
      answer = BuiltFor::numpy1;
    kept = text.substr(text.size() - std::min(text.size(), kNew.size()));
  }
  return answer;
}

}  // namespace

void judge_numpy(const Inventory& inventory, casefile::CaseFile& out) {
  const Distribution* numpy = inventory.find("numpy");
  if (numpy == nullptr) return;
  const auto version = evidence::parse_version(numpy->version);
  if (version.empty() || version[0] < 2) return;
  std::unordered_map<std::string_view, const Native*> natives;
  for (const Native& native : inventory.natives) natives.emplace(native.shown, &native);
  std::vector<std::string> old;
  for (const Distribution& one : inventory.distributions) {
    const bool wants_numpy = std::any_of(
        one.requires_.begin(), one.requires_.end(),
        [](const std::string& text) { return parse_requirement(text).name == "numpy"; });
    if (!wants_numpy) continue;
    int left = kModulesOfAPackage;
    for (const RecordLine& line : one.files) {
      const auto native = natives.find(line.path);
      if (native == natives.end() || !native->second->is_extension_module()) continue;
      if (left-- == 0) break;
      const BuiltFor answer = built_for(native->second->path);
      if (answer == BuiltFor::numpy1)
        old.push_back(fmt::format("{} of {} {}", line.path, one.name, one.version));
      if (answer != BuiltFor::unknown) break;  // a package is built as a whole
    }
  }
  tell_all(out, "scan.numpy_abi", std::move(old), "extension modules of packages that use NumPy");
}

}  // namespace km::scan
