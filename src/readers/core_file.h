// What an ELF core file says without debugger or symbols: signal, registers, mapped files.
#pragma once

#include "casefile/casefile.h"
#include "result.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

namespace km::readers {

// A file of any size that is never held whole; a test gives a text.
struct CoreSource {
  std::uint64_t size = 0;
  // How many bytes it could give; fewer than asked for at the end, 0 after an error.
  std::function<std::size_t(std::uint64_t offset, std::span<std::byte> into)> read;
};

// `name` for the sources of facts, `path` for the commands that are advised.
Result<> read_core(const CoreSource& source, const std::string& name, const std::string& path,
                   casefile::CaseFile& out);

}  // namespace km::readers
