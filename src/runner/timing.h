// The timestamps that nbclient's record_timing keeps in a cell's metadata.execution.
#pragma once

#include "jupyter/message.h"

#include <chrono>
#include <string>

namespace km::runner {

// "2026-11-24T16:17:01.123456Z" from header.date; `now` where the header has no date that can be
// read.
std::string timestamp(const jupyter::Json& header, std::chrono::system_clock::time_point now);

// Notes one message of the running cell: iopub.status.busy, iopub.execute_input,
// shell.execute_reply, iopub.status.idle. Other messages leave no trace.
void record_timing(jupyter::Json& execution, const jupyter::Message& message,
                   std::chrono::system_clock::time_point now);

}  // namespace km::runner
