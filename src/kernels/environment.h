// The environment that a kernel is started with: ours, the kernelspec's, and what makes a dying
// interpreter speak.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace km::kernels {

struct KernelEnvironment {
  std::vector<std::string> variables;  // "NAME=value"
  bool faulthandler_added =
      false;  // PYTHONFAULTHANDLER is ours: taken out again before the first cell
};

// `base`: our own variables. `from_spec`: values may name others as $NAME or ${NAME}, "$$" is a
// dollar, and unknown names stay as they are (Python's string.Template, as jupyter_client does it).
// `language` is the
// kernelspec's. `our_pid` goes into JPY_PARENT_PID, which ipykernel watches. For ipykernel
// PYTHONFAULTHANDLER is set unless somebody has set it.
KernelEnvironment kernel_environment(const std::vector<std::string>& base,
                                     const std::map<std::string, std::string>& from_spec,
                                     std::string_view language, bool ipykernel, int our_pid);

// Our own variables, as kernel_environment takes them.
std::vector<std::string> own_environment();

}  // namespace km::kernels
