// What kernelmedic itself puts under a cell: the verdict on a death, limits, and what a fresh
// kernel has lost.
#pragma once

#include "jupyter/message.h"
#include "supervisor/postmortem.h"

#include <string>
#include <string_view>

namespace km::kernels {

// display_data: the page, the text and the whole report for programs.
jupyter::Json verdict_display(const supervisor::Card& card);

// error: what every front end shows and every client understands.
jupyter::Json error_output(std::string_view name, std::string_view value,
                           std::string_view traceback);

// display_data: one sentence, plain and as HTML.
jupyter::Json note_output(std::string_view sentence);

}  // namespace km::kernels
