// What a notebook's own outputs tell of a death: the errors, what was printed on stderr, and a
// verdict that kernelmedic left there.
#pragma once

#include "intake/excerpt.h"
#include "result.h"

#include <string>
#include <string_view>
#include <vector>

namespace km::readers {

struct NotebookOutputs {
  std::vector<intake::Excerpt> excerpts;  // one a cell that has any; called "nb.ipynb cell 3"
  std::vector<std::string> verdicts;      // reports of kernelmedic, as JSON
};

Result<NotebookOutputs> notebook_outputs(std::string_view text, const std::string& name);

}  // namespace km::readers
