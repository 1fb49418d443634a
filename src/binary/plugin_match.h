// Can a plug-in be loaded into a program at all? What it takes from the program's libraries, looked
// up in those.
#pragma once

#include "binary/macho.h"

#include <span>
#include <string>
#include <vector>

namespace km::binary {

struct HostImage {
  Source* source = nullptr;      // the caller's, as is the image
  const Image* image = nullptr;  // of the plug-in's architecture
};

struct MissingSymbols {
  std::vector<std::string> libraries;  // "@rpath/..." that no host image is called
  std::vector<std::string> symbols;    // that the named library, or any, does not offer; sorted
};

// Mach-O alone. Libraries of the system ("/usr/lib/...") are taken as they are. dyld goes by
// install names, not by file names; re-exported symbols count (facts established on real wheels:
// TensorFlow 2.20 calls _pywrap_tensorflow_internal.so by another name).
Result<MissingSymbols> missing_symbols(Source& plugin, const Image& plugin_image,
                                       std::span<const HostImage> hosts);

}  // namespace km::binary
