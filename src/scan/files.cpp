// Files that RECORD lists and that are not there, are of another size, or cannot be read as what
// their names say.
#include "scan/judges.h"

#include <algorithm>
#include <fmt/core.h>
#include <set>
#include <system_error>
#include <unordered_map>

namespace km::scan {
namespace {

// Test folders are thrown away on purpose to make images smaller.
bool is_wanted(std::string_view path) {
  const bool tests = path.find("/tests/") != std::string_view::npos ||
                     path.find("/test/") != std::string_view::npos;
  return !tests && (has_native_name(path) || path.ends_with(".py"));
}

bool is_below(std::string_view path) {
  return !path.starts_with("..") && !path.starts_with('/') &&
         path.find("__pycache__") == std::string_view::npos;
}

// Debian strips libraries after the record was written.
bool keeps_sizes(const Distribution& one) {
  return one.installer == "pip" || one.installer == "uv";
}

// What RECORD says, against what is there.
class Ledger {
 public:
  explicit Ledger(const Inventory& inventory) {
    for (const Native& native : inventory.natives) {
      natives_.emplace(native.shown, &native);
      if (!native.problem.empty()) broken_.push_back(native.shown + ": " + native.problem);
    }
  }

  void check(const Distribution& one, const Tree& tree, std::string_view architecture) {
    for (const RecordLine& line : one.files) {
      if (!is_below(line.path) || !is_wanted(line.path)) continue;
      const bool native = has_native_name(line.path);
      if (!tree.files.contains(line.path)) {
        (native ? natives_missing_ : modules_missing_)
            .push_back(fmt::format("{} of {} {}", line.path, one.name, one.version));
        packages_.insert(one.name);
        continue;
      }
      if (!native && is_emptied(one, line, tree)) {
        modules_missing_.push_back(
            fmt::format("{} of {} {}, which is empty", line.path, one.name, one.version));
        packages_.insert(one.name);
      }
      const auto found = natives_.find(line.path);
      if (!native || found == natives_.end()) continue;
      check_native(one, line, *found->second, architecture);
    }
  }

  void tell(std::size_t recorded, casefile::CaseFile& out) {
    tell_all(out, "scan.broken_files", std::move(broken_), "headers of the native files");
    if (recorded == 0) return;
    const std::string source = fmt::format("RECORD of {} packages", recorded);
    tell_all(out, "scan.missing_natives", std::move(natives_missing_), source);
    tell_all(out, "scan.missing_modules", std::move(modules_missing_), source);
    tell_all(out, "scan.changed_natives", std::move(changed_), source);
    tell_all(out, "scan.broken_packages", {packages_.begin(), packages_.end()}, source);
  }

 private:
  // What a full disk leaves; asked of the file alone that every import of the package begins with.
  static bool is_emptied(const Distribution& one, const RecordLine& line, const Tree& tree) {
    constexpr std::string_view kInit = "/__init__.py";
    if (!keeps_sizes(one) || line.size <= 0 || !line.path.ends_with(kInit) ||
        line.path.find('/') != line.path.size() - kInit.size())
      return false;
    std::error_code error;
    return std::filesystem::file_size(tree.root / line.path, error) == 0 && !error;
  }

  void check_native(const Distribution& one, const RecordLine& line, const Native& native,
                    std::string_view architecture) {
    const bool foreign = !native.images.empty() && native.image_for(architecture) == nullptr;
    if (!native.problem.empty() || foreign) packages_.insert(one.name);
    if (!native.problem.empty() || !keeps_sizes(one) || line.size < 0 ||
        native.size == static_cast<std::uint64_t>(line.size))
      return;
    changed_.push_back(fmt::format("{} of {} {} has {} bytes instead of {}", line.path, one.name,
                                   one.version, native.size, line.size));
    packages_.insert(one.name);
  }

  std::unordered_map<std::string_view, const Native*> natives_;
  std::vector<std::string> broken_, natives_missing_, modules_missing_, changed_;
  std::set<std::string> packages_;
};

}  // namespace

void judge_files(const Inventory& inventory, casefile::CaseFile& out) {
  Ledger ledger(inventory);
  std::size_t recorded = 0;
  for (const Distribution& one : inventory.distributions) {
    const auto tree = std::find_if(
        inventory.trees.begin(), inventory.trees.end(),
        [&](const Tree& candidate) { return candidate.root == one.folder.parent_path(); });
    if (!one.has_record || tree == inventory.trees.end() || tree->cut) continue;
    ++recorded;
    ledger.check(one, *tree, inventory.architecture);
  }
  ledger.tell(recorded, out);
}

}  // namespace km::scan
