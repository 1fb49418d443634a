// Which kernel a notebook is run with, and what to type where there is none.
#pragma once

#include "jupyter/kernelspec.h"
#include "jupyter/notebook.h"
#include "runner/run.h"

#include <filesystem>
#include <string>
#include <vector>

namespace km::runner {

// --python: ipykernel of that interpreter. --kernel: that kernelspec. Else the notebook's own; a
// notebook without one gets the first kernelspec of its language, and one that names no language
// python3, as nbclient does.
tl::expected<jupyter::KernelSpec, Refusal> choose_kernel(
    const RunPlan& plan, const jupyter::Notebook& notebook,
    const std::vector<std::filesystem::path>& paths);

}  // namespace km::runner
