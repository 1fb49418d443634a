// What installed packages with native code ask of others whose versions they were built against:
// an installer that was told to ignore it, or two runs of one, leave pairs that crash.
#include "evidence/compat_version.h"
#include "scan/judges.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <unordered_set>

namespace km::scan {
namespace {

// A mismatch of these breaks compiled code; of others mostly nothing that a kernel dies of.
bool is_binary_interface(std::string_view name) {
  static constexpr std::array<std::string_view, 16> kNames{
      "numpy",   "protobuf",   "ml-dtypes", "keras",           "jaxlib",   "torch",
      "h5py",    "tensorflow", "triton",    "torchvision",     "tf-keras", "tensorflow-intel",
      "pyarrow", "jax",        "scipy",     "tensorflow-macos"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end() ||
         name.starts_with("nvidia-");
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" ()");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" ()") - first + 1);
}

// One comparison of PEP 508; nothing where it is of a kind that is not known here.
std::optional<bool> comparison(std::string_view text, const Inventory& inventory,
                               const Surroundings& around) {
  const std::size_t sign = text.find_first_of("=!<>~");
  if (sign == std::string_view::npos) return std::nullopt;
  const std::string_view name = trimmed(text.substr(0, sign));
  const std::size_t value_at = text.find_first_of("'\"", sign);
  if (value_at == std::string_view::npos) return std::nullopt;
  const std::string_view operation = trimmed(text.substr(sign, value_at - sign));
  const std::size_t end = text.find(text[value_at], value_at + 1);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string value(text.substr(value_at + 1, end - value_at - 1));
  if (name == "python_version" || name == "python_full_version") {
    auto version = evidence::parse_version(inventory.environment.version);
    if (version.empty()) return std::nullopt;
    if (name == "python_version" && version.size() > 2) version.resize(2);
    return evidence::fits(version, std::string(operation) + value);
  }
  std::string have;
  if (name == "sys_platform") have = around.platform.os == "macos" ? "darwin" : around.platform.os;
  if (name == "platform_system") have = around.platform.os == "macos" ? "Darwin" : "Linux";
  if (name == "platform_machine")
    have = inventory.architecture == "arm64" && inventory.os == "linux" ? "aarch64"
                                                                        : inventory.architecture;
  if (have.empty()) return std::nullopt;
  if (operation == "==") return have == value;
  if (operation == "!=") return have != value;
  return std::nullopt;
}

// Whether a requirement with this marker counts here; only plain "a and b" is understood, all else
// (extras, "or") does not count.
bool applies(const std::string& marker, const Inventory& inventory, const Surroundings& around) {
  if (marker.empty()) return true;
  if (marker.find(" or ") != std::string::npos) return false;
  for (std::string_view rest = marker; !rest.empty();) {
    const std::size_t end = std::min(rest.find(" and "), rest.size());
    if (!comparison(rest.substr(0, end), inventory, around).value_or(false)) return false;
    rest.remove_prefix(std::min(end + 5, rest.size()));
  }
  return true;
}

}  // namespace

void judge_requirements(const Inventory& inventory, const Surroundings& around,
                        casefile::CaseFile& out) {
  std::vector<std::string> misfits;
  for (const Distribution& one : inventory.distributions) {
    const bool native = std::any_of(one.files.begin(), one.files.end(), [](const RecordLine& line) {
      return has_native_name(line.path);
    });
    if (!native) continue;
    for (const std::string& text : one.requires_) {
      const Requirement wanted = parse_requirement(text);
      if (!is_binary_interface(wanted.name) || wanted.versions.empty()) continue;
      const Distribution* other = inventory.find(wanted.name);
      if (other == nullptr || !applies(wanted.marker, inventory, around)) continue;
      const auto version = evidence::parse_version(other->version);
      if (version.empty() || evidence::fits(version, wanted.versions)) continue;
      misfits.push_back(fmt::format("{} {} wants {}{}, {} is installed ({}/METADATA)", one.name,
                                    one.version, wanted.name, wanted.versions, other->version,
                                    one.folder.filename().string()));
    }
  }
  if (!inventory.distributions.empty())
    tell_all(out, "scan.requirements", std::move(misfits), "METADATA of the installed packages");
}

}  // namespace km::scan
