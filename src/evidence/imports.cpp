// Which modules were being imported, told by the frames of a stack.
#include "evidence/python_text.h"

#include <algorithm>

namespace km::evidence {
namespace {

bool is_import_machinery(const Frame& frame) {
  return frame.file.rfind("<frozen importlib", 0) == 0;
}

// Code that runs as "<module>" without being imported: a script, a cell, `python -c`, `python -m`.
bool is_program(const Frame& frame) {
  return frame.file.rfind('<', 0) == 0 || frame.file.find("ipykernel_") != std::string::npos;
}

}  // namespace

std::vector<std::string> importing(std::span<const Frame> innermost_first,
                                   std::string_view working_folder) {
  std::vector<std::string> modules;
  for (std::size_t i = 0; i + 1 < innermost_first.size(); ++i) {
    const Frame& frame = innermost_first[i];
    if (frame.function != "<module>" || is_program(frame) ||
        !is_import_machinery(innermost_first[i + 1]))
      continue;
    modules.push_back(module_of(frame.file, working_folder));
  }
  std::reverse(modules.begin(), modules.end());
  return modules;
}

std::vector<std::string> importing(const Traceback& traceback, std::string_view working_folder) {
  std::vector<std::string> modules;
  for (std::size_t i = 0; i + 1 < traceback.frames.size(); ++i) {
    const Frame& frame = traceback.frames[i];
    const Frame& caller = traceback.frames[i + 1];
    if (frame.function != "<module>" || is_program(frame) || caller.function == "_run_code")
      continue;
    modules.push_back(module_of(frame.file, working_folder));
  }
  std::reverse(modules.begin(), modules.end());
  return modules;
}

}  // namespace km::evidence
