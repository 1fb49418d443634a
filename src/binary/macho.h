// Mach-O files and fat files of them: load commands, and on demand what they export and import.
#pragma once

#include "binary/image.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace km::binary {

bool is_mach_o(std::string_view beginning);

// Thin: one image. Fat: one a slice, in the file's order; a slice that cannot be read is an error.
Result<std::vector<Image>> read_mach_o(Source& source);

// An undefined symbol and where the file expects it.
struct Import {
  std::string symbol;   // with Apple's leading underscore: "_TF_NewStatus", "__ZN3tsl..."
  std::string library;  // install name of the needed library ("@rpath/x.dylib"); empty: flat lookup
  bool weak = false;    // may be absent
};
// From the symbol table of the slice that `image` describes; at most 2 million symbols are looked
// at.
Result<std::vector<Import>> mach_o_imports(Source& source, const Image& image);

// Looks symbols up in the export trie (LC_DYLD_EXPORTS_TRIE or LC_DYLD_INFO), re-exports included,
// without holding the trie: for each of `symbols` whether the image offers it.
Result<std::vector<bool>> mach_o_exports(Source& source, const Image& image,
                                         std::span<const std::string> symbols);

}  // namespace km::binary
