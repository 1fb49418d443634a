// What a probe's process told, read from what it printed. Pure.
#pragma once

#include "jupyter/json_text.h"
#include "probe/probe.h"

#include <optional>
#include <string>
#include <string_view>

namespace km::probe {

// The last line "kernelmedic: {...}" that is whole; whatever else was printed is passed over.
std::optional<jupyter::Json> last_told(std::string_view out);

// Where a process hung, from the stack that faulthandler dumped at the end of its time: "file.py:12
// in name"; empty where it dumped none.
std::string stuck_at(std::string_view err);

// The last line with text in it: of a traceback, the exception.
std::string last_line(std::string_view text);

// An end by itself: what `told` says, as an answer.
Answer read_told(const std::optional<jupyter::Json>& told, int exit_code, std::string_view err);

}  // namespace km::probe
