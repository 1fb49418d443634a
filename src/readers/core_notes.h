// The notes of a Linux core file: who died, of what, where, with which files in memory.
#pragma once

#include "readers/core_elf.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace km::readers {

struct MappedFile {
  std::uint64_t start = 0;
  std::uint64_t end = 0;
  std::uint64_t offset = 0;  // in the file, in bytes
  std::string path;
};

struct CoreNotes {
  int threads = 0;
  // Of the first thread, which is the one that died.
  std::int32_t signal = 0;
  std::int32_t pid = 0;
  std::optional<std::uint64_t> pc;
  std::string process;                         // at most 15 bytes
  std::string first_word;                      // of its command line; the others may be secrets
  std::optional<std::int32_t> signal_code;     // si_code
  std::optional<std::uint64_t> fault_address;  // si_addr, for signals that have one
  std::optional<std::uint64_t> hardware;       // AT_HWCAP
  std::vector<MappedFile> files;
  std::vector<std::string> missing;  // notes that could not be read to their end, and why
};

CoreNotes read_notes(const CoreElf& core);

}  // namespace km::readers
