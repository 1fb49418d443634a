// The frame of one Mach-O image: its header and load commands, each read once and within bounds;
// private to this room.
#pragma once

#include "binary/source.h"
#include "bytes.h"
#include "result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace km::binary {

// A part of the file; offsets count from the beginning of the image.
struct MachPart {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

struct MachSegment {
  std::uint64_t address = 0;
  MachPart in_file;
};

struct MachLibrary {
  std::string name;
  bool optional = false;
  bool reexported = false;
};

class MachFile {
 public:
  // The image that begins at `offset` and has at most `size` bytes. `source` must outlive it.
  static Result<MachFile> open(Source& source, std::uint64_t offset, std::uint64_t size);

  std::string architecture;
  std::uint32_t type = 0;  // MH_EXECUTE, MH_DYLIB, ...
  bool wide = true;
  bool swap = false;
  bool two_level = false;              // symbols name the library that they come from
  std::string name;                    // LC_ID_DYLIB
  std::vector<MachLibrary> libraries;  // in the order of the ordinals, which count from 1
  std::vector<std::string> rpaths;
  std::string platform;
  std::string minimum_os;
  MachPart symbols;  // .size: how many
  MachPart strings;
  MachPart exports;    // a trie
  MachPart signature;  // empty: unsigned
  std::vector<MachSegment> segments;
  std::vector<MachPart> initialiser_pointers;  // sections; addresses as long as a word
  std::vector<MachPart> initialiser_offsets;   // sections; 32 bit, from the image's first byte
  std::uint64_t end = 0;                       // where the last part of the image ends

  // Bytes of the image, fewer at its end.
  std::string bytes(std::uint64_t at, std::size_t count) const;
  // Bytes at an address of memory that the file provides; empty: none are.
  std::string memory(std::uint64_t address, std::size_t count) const;
  std::uint64_t first_address() const;  // of the segment that begins with the header

 private:
  MachFile(Source& source, std::uint64_t offset, std::uint64_t size)
      : source_(&source), offset_(offset), size_(size) {}
  Result<> read_header();
  Result<> read_commands(std::uint32_t count, std::string_view commands);
  void read_command(std::uint32_t command, Bytes bytes);
  void read_segment(Bytes bytes, bool wide_segment);
  MachPart part(Bytes& bytes);  // offset and size as LC_* have them, 32 bit each

  Source* source_;  // the caller's
  std::uint64_t offset_;
  std::uint64_t size_;
};

// "arm64", "x86_64", "arm64e", "i386", ...; "machine 123".
std::string mach_architecture(std::uint32_t cpu_type, std::uint32_t cpu_subtype);

}  // namespace km::binary
