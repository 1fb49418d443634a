// Where kernelspecs of ours go, and what stands in their way.
#pragma once

#include "jupyter/kernelspec.h"
#include "result.h"

#include <filesystem>
#include <optional>
#include <string>

namespace km::cli {

// --user, --sys-prefix, --prefix: at most one. None: beside the kernel that is wrapped, or in the
// user's folder where that may not be written.
struct KernelPlace {
  bool user = false;
  bool sys_prefix = false;
  std::string prefix;
};

// share/jupyter of the chosen place; nothing where none was chosen.
std::optional<std::filesystem::path> chosen_root(const KernelPlace& place);

// The folder for the kernelspec `name`, made from the one in `beside`.
Result<std::filesystem::path> place_of(const KernelPlace& place,
                                       const std::filesystem::path& beside,
                                       const std::string& name);

// The interpreter of a spec, absolute: what "python" stands for there. Empty for another kernel.
std::string interpreter_of(const jupyter::KernelSpec& spec);

// Says which other spec of that name Jupyter finds first, if one does.
void tell_shadow(const std::string& name, const std::filesystem::path& folder);

// The program that the shim starts: what is on PATH under its name where that is us, since it
// survives an update; else our own file.
std::filesystem::path own_program();

bool zmq_knows_curve();

}  // namespace km::cli
