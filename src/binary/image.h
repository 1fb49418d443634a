// What the headers of a native file say, of any platform, read on any platform. Nothing is loaded,
// nothing beyond headers is read unless it is asked for. ELF so far; Mach-O is to come.
//
// Sources: System V ABI and its x86-64 and AArch64 supplements, Linux Extensions to gABI (GNU
// property notes).
#pragma once

#include "binary/source.h"
#include "result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace km::binary {

struct Needed {
  std::string name;  // as the file names it: "libc.so.6"
};

struct SymbolVersion {
  std::string library;  // "libc.so.6"
  std::string version;  // "GLIBC_2.34"
};

struct Image {
  std::string architecture;  // "x86_64", "arm64", "i386", "ppc64le", "riscv64"; "machine 123"
  bool executable = false;   // a program (PIE included), not a library
  std::string name;          // DT_SONAME; may be empty
  std::string interpreter;   // PT_INTERP
  std::vector<Needed> needed;
  std::vector<std::string> search_paths;       // DT_RUNPATH, else DT_RPATH; as they stand
  std::vector<SymbolVersion> needed_versions;  // verneed
  std::vector<std::string> offered_versions;   // verdef, "GLIBCXX_3.4.30"
  std::vector<std::string> needed_isa;         // "x86-64-v2" from .note.gnu.property
  // Where the last segment that has bytes in the file ends: a shorter file was cut.
  std::uint64_t ends_at = 0;
};

// The images in a file. Fails where it is no native file, and where its headers do not lie in it
// ("its program headers lie beyond its end").
Result<std::vector<Image>> read_images(Source& source);

// By magic number alone. `beginning`: the first 8 bytes or more.
bool is_native(std::string_view beginning);

}  // namespace km::binary
