// Lines for people about a run: one a cell, one at the end. Pure.
#pragma once

#include "runner/run.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace km::runner {

// "cell  3/12  ok        1.2 s   412 MiB"; what went wrong comes last.
std::string progress_line(const CellResult& cell, std::size_t cells, std::int64_t memory_bytes);

// "12 cells: 10 ok, 1 error, 1 not run".
std::string summary_line(const std::vector<CellResult>& cells);

}  // namespace km::runner
