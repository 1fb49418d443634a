#include "binary/plugin_match.h"

#include <algorithm>
#include <set>
#include <string_view>

namespace km::binary {
namespace {

bool is_the_systems(std::string_view library) {
  return library.rfind("/usr/lib/", 0) == 0 || library.rfind("/System/", 0) == 0;
}

// Looked up in all images of the process, the system's included: what libc++, libSystem and the
// Objective-C runtime give is no question to the program.
bool is_of_the_runtime(std::string_view symbol) {
  for (const std::string_view beginning : {"__Zn",
                                           "__Zd",
                                           "__ZNSt",
                                           "__ZNKSt",
                                           "__ZTISt",
                                           "__ZTSSt",
                                           "__ZTVSt",
                                           "__ZTVN10__cxxabiv1",
                                           "__ZSt",
                                           "__ZNSt3__1",
                                           "__ZNKSt3__1",
                                           "__ZTINSt",
                                           "__ZTVNSt",
                                           "___cxa_",
                                           "___gxx_",
                                           "__Unwind_",
                                           "_objc_",
                                           "_OBJC_",
                                           "__objc_",
                                           "___stack_chk",
                                           "dyld_stub_binder"}) {
    if (symbol.rfind(beginning, 0) == 0) return true;
  }
  return false;
}

class Lookup {
 public:
  explicit Lookup(std::span<const HostImage> hosts) : hosts_(hosts) {}

  bool is_called(std::string_view library) const {
    return std::any_of(hosts_.begin(), hosts_.end(),
                       [&](const HostImage& host) { return host.image->name == library; });
  }

  // Removes from `wanted` what that library offers, itself or by another one that it passes on;
  // without a name: what any of the hosts does.
  Result<> take(const std::string& library, std::vector<std::string>& wanted) const {
    const std::set<std::string> names = with_reexported(library);
    for (const HostImage& host : hosts_) {
      if (wanted.empty()) break;
      if (!library.empty() && names.count(host.image->name) == 0) continue;
      KM_ASSIGN(const std::vector<bool> offered, mach_o_exports(*host.source, *host.image, wanted));
      std::vector<std::string> left;
      for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (!offered[i]) left.push_back(std::move(wanted[i]));
      }
      wanted = std::move(left);
    }
    return {};
  }

 private:
  std::set<std::string> with_reexported(const std::string& library) const {
    std::set<std::string> names;
    std::vector<std::string> left{library};
    while (!left.empty()) {
      const std::string name = std::move(left.back());
      left.pop_back();
      if (!names.insert(name).second) continue;
      for (const HostImage& host : hosts_) {
        if (host.image->name != name) continue;
        for (const Needed& needed : host.image->needed) {
          if (needed.reexported) left.push_back(needed.name);
        }
      }
    }
    return names;
  }

  std::span<const HostImage> hosts_;
};

}  // namespace

Result<MissingSymbols> missing_symbols(Source& plugin, const Image& plugin_image,
                                       std::span<const HostImage> hosts) {
  KM_ASSIGN(const std::vector<Import> imports, mach_o_imports(plugin, plugin_image));
  const Lookup lookup(hosts);
  MissingSymbols missing;
  for (const Needed& needed : plugin_image.needed) {
    if (!is_the_systems(needed.name) && !needed.optional && !lookup.is_called(needed.name))
      missing.libraries.push_back(needed.name);
  }
  std::vector<std::string> libraries;
  for (const Needed& needed : plugin_image.needed) {
    if (!is_the_systems(needed.name)) libraries.push_back(needed.name);
  }
  std::vector<std::string> wanted_flat;
  for (const Import& import : imports) {
    if (import.weak || !import.library.empty() || is_of_the_runtime(import.symbol)) continue;
    wanted_flat.push_back(import.symbol);
  }
  std::set<std::string> lost;
  for (const std::string& library : libraries) {
    std::vector<std::string> wanted;
    for (const Import& import : imports) {
      if (!import.weak && import.library == library) wanted.push_back(import.symbol);
    }
    // Where nothing has that name, what is lost in any case is of interest.
    KM_TRY(lookup.take(lookup.is_called(library) ? library : std::string(), wanted));
    lost.insert(wanted.begin(), wanted.end());
  }
  KM_TRY(lookup.take({}, wanted_flat));
  lost.insert(wanted_flat.begin(), wanted_flat.end());
  missing.symbols.assign(lost.begin(), lost.end());
  return missing;
}

}  // namespace km::binary
