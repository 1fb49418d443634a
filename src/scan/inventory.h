// Everything that was read of an environment, before anybody judges it.
#pragma once

#include "binary/image.h"
#include "binary/initialisers.h"
#include "scan/distribution.h"
#include "scan/environment.h"
#include "scan/tree.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace km::scan {

struct Native {
  std::filesystem::path path;
  std::string shown;  // below site-packages: "numpy/linalg/_umath_linalg.so"; else the whole path
  std::uint64_t size = 0;
  std::string problem;                          // empty: it could be read
  std::vector<binary::Image> images;            // one, or one a slice
  std::vector<binary::NeededFeature> features;  // of its initialisers

  // The slice that a process of this architecture would take; null: none.
  const binary::Image* image_for(std::string_view architecture) const;
  // A module that `import` finds, as opposed to a library behind it: by its name.
  bool is_extension_module() const;
  // The same by what it says itself, where the name leaves it open: helpers that debuggers inject
  // and libraries that packages open by hand have such names, too. Reads the file's symbols, so it
  // is asked only of files that something is wrong with. Mach-O files are believed.
  bool defines_module() const;
};

struct Inventory {
  Environment environment;
  std::vector<Tree> trees;  // one a site-packages folder
  std::vector<Distribution> distributions;
  std::vector<Native> natives;
  std::string os;                   // "linux", "macos": what the native files are made for
  std::string architecture;         // of the interpreter, or of most native files
  std::string architecture_source;  // the file that told it
  // "numpy 1.26.4 and 2.1.0": the first one counts above.
  std::vector<std::string> installed_twice;
  std::vector<std::string> notes;  // what could not be read

  const Distribution* find(std::string_view package) const;  // null: not installed
};

Inventory take_inventory(Environment environment);

}  // namespace km::scan
