// What the headers and load commands of a native file say; ELF and Mach-O, of any platform, read on
// any platform. Nothing is loaded, nothing beyond headers is read unless it is asked for.
//
// Sources: System V ABI and its x86-64 and AArch64 supplements, Linux Extensions to gABI (GNU
// property notes), Apple's <mach-o/loader.h> and <mach-o/fat.h>.
#pragma once

#include "binary/source.h"
#include "result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace km::binary {

enum class Format { elf, mach_o };

struct Needed {
  std::string name;         // as the file names it: "libc.so.6", "@rpath/libfoo.dylib"
  bool optional = false;    // LC_LOAD_WEAK_DYLIB: may be absent
  bool reexported = false;  // LC_REEXPORT_DYLIB
};

struct SymbolVersion {
  std::string library;  // "libc.so.6"
  std::string version;  // "GLIBC_2.34"
};

// One image: a file, or one slice of a fat Mach-O file.
struct Image {
  Format format = Format::elf;
  std::string
      architecture;  // "x86_64", "arm64", "arm64e", "i386", "ppc64le", "riscv64"; "machine 123"
  bool executable = false;  // a program (PIE included), not a library
  std::string name;         // DT_SONAME or LC_ID_DYLIB; may be empty
  std::string interpreter;  // PT_INTERP
  std::vector<Needed> needed;
  std::vector<std::string> search_paths;       // DT_RUNPATH, else DT_RPATH; LC_RPATH; as they stand
  std::vector<SymbolVersion> needed_versions;  // ELF: verneed
  std::vector<std::string> offered_versions;   // ELF: verdef, "GLIBCXX_3.4.30"
  std::vector<std::string> needed_isa;         // ELF: "x86-64-v2" from .note.gnu.property
  std::string platform;                        // Mach-O: "macos", "ios", ...; ELF: empty
  std::string minimum_os;                      // Mach-O: "12.0"; empty where no command tells it
  bool signature = false;                      // Mach-O: LC_CODE_SIGNATURE is there and not empty
  std::uint64_t offset = 0;                    // of the slice in the file
  std::uint64_t ends_at =
      0;  // where the last segment that has bytes in the file ends: a shorter file was cut
};

// The images in a file: one, or one a slice. Fails where it is neither format, and where its
// headers do not lie in the file or contradict themselves ("its program headers lie beyond its
// end").
Result<std::vector<Image>> read_images(Source& source);

// By magic number alone; nothing for other files. `beginning`: the first 8 bytes or more.
bool is_native(std::string_view beginning);

}  // namespace km::binary
