// What an ELF core file says without debugger or symbols: signal, registers, mapped files.
#pragma once

#include "binary/source.h"
#include "casefile/casefile.h"
#include "result.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace km::readers {

// `name` for the sources of facts, `path` for the commands that are advised.
Result<> read_core(binary::Source& source, const std::string& name, const std::string& path,
                   casefile::CaseFile& out);

}  // namespace km::readers
