// What macOS asks of native files, and what Apple's plug-in asks of TensorFlow.
#include "binary/plugin_match.h"
#include "evidence/compat_version.h"
#include "scan/judges.h"
#include "scan/python_origin.h"

#include <algorithm>
#include <deque>
#include <fmt/core.h>
#include <set>
#include <system_error>

namespace km::scan {
namespace {

// The interpreter's library lies outside of site-packages; libc++ and the like come with macOS.
bool is_pythons_own(std::string_view library) {
  return library.find("libpython3") != std::string_view::npos ||
         library.find("/libc++") != std::string_view::npos || library.ends_with("/Python") ||
         library.find(".framework/") != std::string_view::npos;
}

bool is_below(const Native& native, std::string_view folder) {
  return native.shown.starts_with(folder);
}

// On Apple silicon every page of code must be signed; ad hoc will do.
void judge_signatures(const Inventory& inventory, casefile::CaseFile& out) {
  std::vector<std::string> unsigned_files;
  for (const Native& native : inventory.natives) {
    const binary::Image* image = native.image_for("arm64");
    if (image != nullptr && !image->signature) unsigned_files.push_back(native.shown);
  }
  tell_all(out, "scan.unsigned", std::move(unsigned_files), "load commands of the native files");
}

void judge_minimum(const Inventory& inventory, const std::string& version,
                   casefile::CaseFile& out) {
  const auto here = evidence::parse_version(version);
  if (here.empty()) return;
  std::vector<std::string> newer;
  for (const Native& native : inventory.natives) {
    const binary::Image* image = native.image_for(inventory.architecture);
    if (image == nullptr || image->platform != "macos") continue;
    // "macOS 15" is meant as its newest.
    auto wanted = evidence::parse_version(image->minimum_os);
    if (wanted.size() > here.size()) wanted.resize(here.size());
    if (evidence::compare(wanted, here) > 0)
      newer.push_back(fmt::format("{} wants macOS {}", native.shown, image->minimum_os));
  }
  tell_all(out, "scan.minimum_os", std::move(newer), "load commands of the native files");
}

// dyld takes what is loaded already by its install name, and looks along the paths of the whole
// chain of loaders: only a name that no file of the environment bears, nor calls itself, is surely
// missing.
void judge_needed(const Inventory& inventory, casefile::CaseFile& out) {
  const auto last_part = [](std::string_view name) {
    return std::string(name.substr(name.rfind('/') + 1));
  };
  std::set<std::string> known;
  for (const Native& native : inventory.natives) {
    known.insert(native.path.filename().string());
    for (const binary::Image& image : native.images) known.insert(last_part(image.name));
  }
  std::set<std::string> missing;
  for (const Native& native : inventory.natives) {
    const binary::Image* image = native.image_for(inventory.architecture);
    if (image == nullptr) continue;
    for (const binary::Needed& needed : image->needed) {
      if (needed.optional || !needed.name.starts_with('@') ||
          known.contains(last_part(needed.name)) || is_pythons_own(needed.name))
        continue;
      missing.insert(fmt::format("{}, which {} needs", needed.name, native.shown));
    }
  }
  tell_all(out, "scan.missing_libraries", {missing.begin(), missing.end()},
           "load commands of the native files");
}

struct OpenImage {
  binary::FileSource source;
  const binary::Image* image;
};

void judge_metal(const Inventory& inventory, casefile::CaseFile& out) {
  const auto plugin =
      std::find_if(inventory.natives.begin(), inventory.natives.end(), [](const Native& native) {
        return is_below(native, "tensorflow-plugins/") &&
               native.shown.find("metal") != std::string::npos;
      });
  if (plugin == inventory.natives.end()) return;
  const binary::Image* plugin_image = plugin->image_for(inventory.architecture);
  auto plugin_source = binary::FileSource::open(plugin->path);
  if (plugin_image == nullptr || !plugin_source) return;
  std::deque<OpenImage> open;  // stable addresses
  std::vector<binary::HostImage> hosts;
  for (const Native& native : inventory.natives) {
    const binary::Image* image = native.image_for(inventory.architecture);
    if (!is_below(native, "tensorflow/") || image == nullptr) continue;
    // Of 81 images the plug-in asks those that others link, and the module they all share.
    if (image->name.empty() && native.shown.find("_pywrap_tensorflow") == std::string::npos)
      continue;
    if (auto source = binary::FileSource::open(native.path)) {
      open.push_back({std::move(*source), image});
      hosts.push_back({&open.back().source, image});
    }
  }
  if (hosts.empty()) return;
  const auto missing = binary::missing_symbols(*plugin_source, *plugin_image, hosts);
  if (!missing) {
    out.gap("whether tensorflow-metal can load", missing.error().what);
    return;
  }
  std::vector<std::string> told;
  for (const std::string& library : missing->libraries) told.push_back("library " + library);
  for (const std::string& symbol : missing->symbols) told.push_back("symbol " + symbol);
  tell_all(out, "scan.metal_missing", std::move(told),
           fmt::format("imports of {}, exports of {} images of TensorFlow", plugin->shown,
                       hosts.size()));
}

void judge_quarantine(const Inventory& inventory, const Surroundings& around,
                      casefile::CaseFile& out) {
  if (!around.quarantined || around.foreign) return;
  std::vector<std::string> marked;
  for (const Native& native : inventory.natives)
    if (around.quarantined(native.path)) marked.push_back(native.shown);
  tell_all(out, "scan.quarantined", std::move(marked), "com.apple.quarantine of the native files");
}

void tell_origin(const Environment& environment, casefile::CaseFile& out) {
  if (environment.interpreter.empty()) return;
  std::error_code error;
  const auto real = std::filesystem::canonical(environment.interpreter, error);
  const auto& path = error ? environment.interpreter : real;
  const bool conda = environment.installer == "conda";
  const auto origin =
      python_origin(path.string(), conda, conda ? conda_subdir(environment.prefix) : std::string());
  if (!origin.empty()) out.add("python.origin", origin, path.string());
}

}  // namespace

void judge_apple(const Inventory& inventory, const Surroundings& around, casefile::CaseFile& out) {
  if (inventory.os != "macos") return;
  tell_origin(inventory.environment, out);
  if (inventory.architecture == "arm64") judge_signatures(inventory, out);
  judge_quarantine(inventory, around, out);
  judge_minimum(inventory, around.platform.version, out);
  judge_needed(inventory, out);
  judge_metal(inventory, out);
}

}  // namespace km::scan
