#include "scan/inventory.h"

#include "binary/elf.h"

#include <algorithm>
#include <system_error>
#include <unordered_set>

namespace km::scan {
namespace {

namespace fs = std::filesystem;

// Libraries that packages put beside site-packages: MKL and Intel's OpenMP in lib/, conda's own.
std::vector<fs::path> natives_outside(const Inventory& inventory) {
  std::vector<fs::path> found;
  for (const Distribution& distribution : inventory.distributions) {
    for (const RecordLine& line : distribution.files) {
      if (!line.path.starts_with("..") || !has_native_name(line.path)) continue;
      found.push_back((distribution.folder.parent_path() / line.path).lexically_normal());
    }
  }
  if (inventory.environment.installer == "conda") {
    std::error_code error;
    fs::directory_iterator entry(inventory.environment.prefix / "lib", error);
    for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
      std::error_code ignored;
      if (has_native_name(entry->path().filename().string()) && !entry->is_symlink(ignored))
        found.push_back(entry->path());
    }
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

// For an interpreter or the stable ABI (PEP 3149): surely an extension module.
bool is_tagged(std::string_view name) {
  return name.find(".cpython-3") != std::string_view::npos ||
         name.find(".abi3.") != std::string_view::npos;
}

Native read_native(const fs::path& path, std::string shown) {
  Native native;
  native.path = path;
  native.shown = std::move(shown);
  auto source = binary::FileSource::open(path);
  if (!source) {
    native.problem = source.error().what;
    return native;
  }
  native.size = source->size();
  auto images = binary::read_images(*source);
  if (!images) {
    // Linker scripts (GNU ld's "libc.so") and text stubs are no libraries.
    const bool text =
        source->bytes(0, 4).find_first_not_of("/*!#GINPUT( -ab\n") == std::string::npos;
    if (!text || native.size == 0) native.problem = images.error().what;
    return native;
  }
  native.images = *std::move(images);
  // A fat file's last slice ends it.
  std::uint64_t ends_at = 0;
  for (const binary::Image& image : native.images) ends_at = std::max(ends_at, image.ends_at);
  if (ends_at > native.size) {
    native.problem = "its segments end beyond its own end: the file was cut off";
  } else if (auto features = binary::features_of_initialisers(*source)) {
    native.features = *std::move(features);
  }
  return native;
}

std::string architecture_of_file(const fs::path& path) {
  auto source = binary::FileSource::open(path);
  if (!source) return {};
  const auto images = binary::read_images(*source);
  // Of a universal one the caller decides; one slice speaks for itself.
  return images && images->size() == 1 ? images->front().architecture : std::string();
}

void settle_architecture(Inventory& inventory) {
  std::map<std::string, int> votes;
  int apple = 0;
  for (const Native& native : inventory.natives) {
    if (native.images.empty()) continue;
    if (native.images.front().format == binary::Format::mach_o) ++apple;
    if (native.images.size() == 1) ++votes[native.images.front().architecture];
  }
  inventory.os = apple * 2 > static_cast<int>(inventory.natives.size()) ? "macos" : "linux";
  if (!inventory.environment.interpreter.empty()) {
    inventory.architecture = architecture_of_file(inventory.environment.interpreter);
    inventory.architecture_source = inventory.environment.interpreter.string();
  }
  if (!inventory.architecture.empty() || votes.empty()) return;
  const auto most = std::max_element(
      votes.begin(), votes.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  inventory.architecture = most->first;
  inventory.architecture_source = "most of the native files";
}

}  // namespace

const binary::Image* Native::image_for(std::string_view architecture) const {
  const auto found = std::find_if(images.begin(), images.end(), [&](const binary::Image& image) {
    return image.architecture == architecture;
  });
  return found == images.end() ? nullptr : &*found;
}

bool Native::is_extension_module() const {
  const std::string name = path.filename().string();
  return is_tagged(name) || (name.ends_with(".so") && !name.starts_with("lib"));
}

bool Native::defines_module() const {
  if (!is_extension_module()) return false;
  const std::string name = path.filename().string();
  if (is_tagged(name) || images.empty() || images.front().format == binary::Format::mach_o)
    return true;
  auto source = binary::FileSource::open(path);
  return source && binary::names_symbol(*source, "PyInit_" + name.substr(0, name.find('.')));
}

const Distribution* Inventory::find(std::string_view package) const {
  const auto found = std::find_if(distributions.begin(), distributions.end(),
                                  [&](const Distribution& one) { return one.name == package; });
  return found == distributions.end() ? nullptr : &*found;
}

Inventory take_inventory(Environment environment) {
  Inventory inventory;
  inventory.environment = std::move(environment);
  std::unordered_set<std::string> known;
  for (const fs::path& folder : inventory.environment.site_packages) {
    inventory.trees.push_back(walk(folder));
    for (Distribution& one : distributions_in(folder, inventory.notes)) {
      // As for Python: the first on sys.path counts.
      if (known.insert(one.name).second) {
        inventory.distributions.push_back(std::move(one));
      } else if (const Distribution& first = *inventory.find(one.name);
                 first.folder.parent_path() == folder && first.version != one.version) {
        inventory.installed_twice.push_back(one.name + " " + first.version + " and " + one.version);
      }
    }
  }
  for (const Tree& tree : inventory.trees) {
    if (tree.cut)
      inventory.notes.push_back(tree.root.string() + " has more files than are looked at");
    if (tree.unread_folders > 0)
      inventory.notes.push_back(std::to_string(tree.unread_folders) + " folders below " +
                                tree.root.string() + " may not be read");
    for (const std::string& name : tree.natives)
      inventory.natives.push_back(read_native(tree.root / name, name));
  }
  std::error_code ignored;
  for (const fs::path& path : natives_outside(inventory)) {
    if (fs::exists(path, ignored)) inventory.natives.push_back(read_native(path, path.string()));
  }
  settle_architecture(inventory);
  return inventory;
}

}  // namespace km::scan
