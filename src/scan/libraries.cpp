// Which libraries a native file would get, and what is not to be had: missing ones, and versions
// that the ones at hand do not offer. ELF alone: ld.so(8).
#include "scan/judges.h"
#include "scan/system_libraries.h"

#include <algorithm>
#include <fmt/core.h>
#include <map>
#include <set>
#include <system_error>

namespace km::scan {
namespace {

namespace fs = std::filesystem;

// Come with a driver or with special hardware: their libraries are asked for when that is there.
bool is_optional(std::string_view name) {
  for (const std::string_view known :
       {"libcuda.so",    "libnvidia-", "libcudadebugger", "libmlx5",    "libibverbs",
        "librdmacm",     "libmpi",     "libpmix",         "libucp",     "libucs",
        "libuct",        "libfabric",  "libnvidia",       "libOpenCL",  "libdl.so",
        "libpthread.so", "librt.so",   "libutil.so",      "linux-vdso", "ld-linux"}) {
    if (name.starts_with(known)) return true;
  }
  return false;
}

std::string replaced(std::string text, const std::string& origin) {
  for (const std::string_view word : {"$ORIGIN", "${ORIGIN}"}) {
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word))
      text.replace(at, word.size(), origin);
  }
  return text;
}

class Linker {
 public:
  Linker(const Inventory& inventory, SystemLibraries& system)
      : inventory_(inventory), system_(system) {
    for (const Native& native : inventory.natives) {
      by_path_.emplace(native.path.string(), &native);
      by_name_.emplace(native.path.filename().string(), &native);
      if (const auto* image = native.image_for(inventory.architecture);
          image != nullptr && !image->name.empty())
        by_name_.emplace(image->name, &native);
    }
  }

  // What `module` loads, libraries of libraries included. What a file that only looks like a module
  // (a helper that a debugger injects, a library that a package opens by hand) would lack, is told
  // aside: nobody knows whether it is ever loaded.
  void load(const Native& module) {
    Faults faults;
    std::vector<const Native*> seen;
    follow(module, faults, seen);
    if (faults.missing.empty() && faults.versions.empty()) return;
    if (module.defines_module()) {
      for (auto& [name, file] : faults.missing) missing_.emplace(name, file);
      versions_.merge(faults.versions);
      return;
    }
    for (const auto& [name, file] : faults.missing)
      aside_.insert(fmt::format("{}, which {} needs", name, file));
    aside_.merge(faults.versions);
    // A module that needs the same is to be asked for itself.
    for (const Native* native : seen) loaded_.erase(native);
  }

  std::vector<std::string> missing() const {
    std::vector<std::string> texts;
    for (const auto& [name, file] : missing_)
      texts.push_back(fmt::format("{}, which {} needs", name, file));
    return texts;
  }
  std::vector<std::string> versions() const { return {versions_.begin(), versions_.end()}; }
  std::vector<std::string> aside() const { return {aside_.begin(), aside_.end()}; }

 private:
  struct Found {
    const Native* native = nullptr;
    const binary::Image* system = nullptr;
  };
  struct Faults {
    std::map<std::string, std::string> missing;  // library → the first file that needs it
    std::set<std::string> versions;
  };

  void follow(const Native& module, Faults& faults, std::vector<const Native*>& seen) {
    std::vector<const Native*> left{&module};
    while (!left.empty()) {
      const Native* native = left.back();
      left.pop_back();
      if (!loaded_.insert(native).second) continue;
      seen.push_back(native);
      const binary::Image* image = native->image_for(inventory_.architecture);
      if (image == nullptr || image->format != binary::Format::elf) continue;
      const std::vector<std::string> folders = folders_of(*native, *image);
      for (const binary::Needed& needed : image->needed) {
        const Found found = find(folders, needed.name);
        if (found.native != nullptr) {
          left.push_back(found.native);
        } else if (!found.system && !is_optional(needed.name)) {
          faults.missing.emplace(needed.name, native->shown);
        }
        check_versions(*native, *image, needed.name, found, faults);
      }
    }
  }

  static std::vector<std::string> folders_of(const Native& native, const binary::Image& image) {
    const std::string origin = native.path.parent_path().string();
    std::vector<std::string> folders;
    for (const std::string& folder : image.search_paths)
      folders.push_back((fs::path(replaced(folder, origin)) / "").lexically_normal().string());
    return folders;
  }

  Found find(const std::vector<std::string>& folders, const std::string& name) {
    for (const std::string& folder : folders) {
      const std::string path = folder + name;
      if (const auto known = by_path_.find(path); known != by_path_.end())
        return {known->second, nullptr};
      if (is_walked(path)) continue;  // it would have been met
      if (const auto* other = system_.at(path)) return {nullptr, other};
    }
    if (const auto* system = system_.find(name)) return {nullptr, system};
    // Packages load some libraries by hand, before those that need them (TensorFlow, PyTorch).
    if (const auto known = by_name_.find(name); known != by_name_.end())
      return {known->second, nullptr};
    return {};
  }

  bool is_walked(std::string_view path) const {
    return std::any_of(inventory_.trees.begin(), inventory_.trees.end(), [&](const Tree& tree) {
      return !tree.cut && !tree.links && path.starts_with(tree.root.native()) &&
             path.substr(tree.root.native().size()).starts_with('/');
    });
  }

  void check_versions(const Native& native, const binary::Image& image, const std::string& library,
                      const Found& found, Faults& faults) {
    const binary::Image* provider =
        found.native != nullptr ? found.native->image_for(inventory_.architecture) : found.system;
    if (provider == nullptr || provider->offered_versions.empty()) return;
    for (const binary::SymbolVersion& version : image.needed_versions) {
      if (version.library != library || version.version.empty()) continue;
      const auto& offered = provider->offered_versions;
      if (std::find(offered.begin(), offered.end(), version.version) != offered.end()) continue;
      faults.versions.insert(
          fmt::format("{} needs {} of {}", native.shown, version.version, version.library));
    }
  }

  const Inventory& inventory_;
  SystemLibraries& system_;
  std::map<std::string, const Native*, std::less<>> by_path_;
  std::map<std::string, const Native*, std::less<>> by_name_;
  std::set<const Native*> loaded_;
  std::map<std::string, std::string> missing_;
  std::set<std::string> versions_;
  std::set<std::string> aside_;
};

}  // namespace

void judge_libraries(const Inventory& inventory, const Surroundings& around,
                     casefile::CaseFile& out) {
  if (around.foreign || inventory.os != "linux" || inventory.natives.empty()) return;
  std::vector<fs::path> first;
  if (const auto list = around.variable("LD_LIBRARY_PATH"); list && !list->empty()) {
    for (std::string_view rest = *list; !rest.empty();) {
      const std::size_t end = std::min(rest.find(':'), rest.size());
      if (end > 0) first.emplace_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  std::vector<fs::path> also{inventory.environment.prefix / "lib"};
  SystemLibraries system(inventory.architecture, std::move(first), std::move(also));
  Linker linker(inventory, system);
  for (const Native& native : inventory.natives) {
    if (native.is_extension_module() && native.problem.empty()) linker.load(native);
  }
  tell_all(out, "scan.missing_libraries", linker.missing(), "needed libraries of the native files");
  tell_all(out, "scan.missing_versions", linker.versions(), "symbol versions of the native files");
  tell_all(out, "scan.lacking_aside", linker.aside(), "headers of files that define no module");
}

}  // namespace km::scan
