// The frame of an ELF file: headers, segments and the dynamic section, each found by bounded reads;
// private to this room.
#pragma once

#include "binary/source.h"
#include "bytes.h"
#include "result.h"

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace km::binary {

struct ElfSegment {
  std::uint32_t type = 0;
  std::uint64_t offset = 0;     // in the file
  std::uint64_t address = 0;    // in memory
  std::uint64_t file_size = 0;  // bytes of it that are in the file
};

class ElfFile {
 public:
  // `source` must outlive it.
  static Result<ElfFile> open(Source& source);

  std::uint16_t type() const { return type_; }
  std::uint16_t machine() const { return machine_; }
  bool swapped() const { return swap_; }  // the other byte order than this machine's
  bool wide() const { return wide_; }     // 64 bit
  // Where the last segment that has bytes in the file ends.
  std::uint64_t expected_size() const { return expected_size_; }
  const std::string& interpreter() const { return interpreter_; }
  // Tags and values of the dynamic section; empty for a static program.
  const std::vector<std::pair<std::uint64_t, std::uint64_t>>& dynamic() const { return dynamic_; }
  std::uint64_t dynamic_value(std::uint64_t tag) const;  // 0: not there

  // Bytes at an address of memory that the file provides, at most `size`; empty: none are.
  std::string memory(std::uint64_t address, std::size_t size);
  // Bytes of the dynamic section's string table.
  std::string string_bytes(std::uint64_t offset, std::size_t size);
  // Types and first words of NT_GNU_PROPERTY_TYPE_0.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> gnu_properties();

 private:
  explicit ElfFile(Source& source) : source_(&source) {}
  Result<> read_header();
  Result<> read_segments(std::uint64_t table, std::uint16_t size, std::uint16_t count);
  Result<> read_dynamic();

  Source* source_;  // the caller's
  bool swap_ = false;
  bool wide_ = true;
  std::uint16_t type_ = 0;
  std::uint16_t machine_ = 0;
  std::uint64_t expected_size_ = 0;
  std::string interpreter_;
  std::vector<ElfSegment> segments_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> dynamic_;
};

}  // namespace km::binary
