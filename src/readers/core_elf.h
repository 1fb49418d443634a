// The frame of an ELF core file: headers, notes and memory, each found by bounded reads.
#pragma once

#include "binary/source.h"
#include "bytes.h"
#include "result.h"

#include <optional>
#include <vector>

namespace km::readers {

struct Segment {
  std::uint32_t type = 0;
  std::uint64_t offset = 0;  // in the file
  std::uint64_t address = 0;
  std::uint64_t file_size = 0;
};

class CoreElf {
 public:
  // `source` must outlive it. Fails where it is no core file of a kind that can be read.
  static Result<CoreElf> open(binary::Source& source);

  bool swapped() const { return swap_; }  // the other byte order than this machine's
  std::uint16_t machine() const { return machine_; }
  // Where the last segment ends: a shorter file was cut.
  std::uint64_t expected_size() const { return expected_size_; }
  std::span<const Segment> notes() const { return notes_; }
  // Bytes of the process's memory that are in the file, at most `size`; empty: none are.
  std::string memory(std::uint64_t address, std::size_t size) const;
  // Bytes of the file, fewer at its end.
  std::string bytes(std::uint64_t offset, std::size_t size) const;

 private:
  explicit CoreElf(binary::Source& source) : source_(&source) {}
  Result<> read_header();
  // Calls `use(segment)` until it says false.
  template <class Use>
  void each_segment(Use use) const;

  binary::Source* source_;  // the caller's
  bool swap_ = false;
  std::uint16_t machine_ = 0;
  std::uint64_t table_ = 0;  // of the program headers
  std::uint64_t count_ = 0;
  std::uint64_t expected_size_ = 0;
  std::vector<Segment> notes_;
};

}  // namespace km::readers
