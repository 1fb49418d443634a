// Which environment `check` looks at, and in which surroundings it would run.
#pragma once

#include "result.h"
#include "scan/judges.h"

#include <string>

namespace km::cli {

struct CheckTarget {
  scan::Environment environment;
  scan::Surroundings around;
};

// `python`: an interpreter, an environment's folder or a site-packages folder. `kernel`: a
// kernelspec's name. Both empty: the active environment ($VIRTUAL_ENV, $CONDA_PREFIX), else the
// python3 on PATH. `platform`: "macos-15-arm64"; empty: this machine.
Result<CheckTarget> find_check_target(const std::string& python, const std::string& kernel,
                                      const std::string& platform);

}  // namespace km::cli
