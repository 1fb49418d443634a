#include "cli/check_target.h"

#include "jupyter/kernelspec.h"
#include "os/file.h"
#include "os/folders.h"

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

namespace km::cli {
namespace {

namespace fs = std::filesystem;

std::optional<std::string> variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

std::string on_path(const std::string& command) {
  return jupyter::find_command(command, variable("PATH").value_or("/usr/bin:/bin"));
}

std::string first_word(const fs::path& file) {
  const auto text = os::read_file(file, 4096);
  if (!text) return {};
  return text->substr(0, text->find_first_of(" \t\r\n:"));
}

// What pyenv's shims, which are shell scripts, would start: $PYENV_VERSION, a .python-version here
// or above, the global one (pyenv README, "Choosing the Python version").
fs::path behind_shim(const fs::path& shim) {
  const fs::path root = shim.parent_path().parent_path();
  std::error_code error;
  if (shim.parent_path().filename() != "shims" || !fs::is_directory(root / "versions", error))
    return shim;
  std::string version = variable("PYENV_VERSION").value_or("");
  for (fs::path folder = fs::current_path(error); version.empty() && !folder.empty();
       folder = folder.parent_path()) {
    version = first_word(folder / ".python-version");
    if (folder == folder.root_path()) break;
  }
  if (version.empty()) version = first_word(root / "version");
  const fs::path python = root / "versions" / version / "bin" / shim.filename();
  return !version.empty() && fs::exists(python, error) ? python : shim;
}

Result<fs::path> of_kernel(const std::string& name, const std::vector<fs::path>& paths) {
  KM_ASSIGN(jupyter::KernelSpec spec, jupyter::find_kernelspec(name, paths));
  spec.argv = scan::inner_command(spec.argv);
  if (spec.argv.empty()) return fail("the kernelspec " + name + " starts nothing");
  if (!spec.is_ipykernel())
    return fail("the kernel " + name + " is no Python kernel; check looks at Python environments");
  const std::string python = spec.python();
  // One that is gone is looked at all the same: that it is gone is the finding.
  return behind_shim(python.empty() ? spec.argv.front() : python);
}

Result<fs::path> active_environment() {
  for (const char* name : {"VIRTUAL_ENV", "CONDA_PREFIX"}) {
    if (auto folder = variable(name); folder && !folder->empty()) return fs::path(*folder);
  }
  for (const char* name : {"python3", "python"}) {
    if (const auto python = on_path(name); !python.empty()) return behind_shim(python);
  }
  return fail("no Python environment is active, and there is no python3 on PATH");
}

Result<fs::path> choose(const std::string& python, const std::string& kernel,
                        const std::vector<fs::path>& paths) {
  if (!kernel.empty()) return of_kernel(kernel, paths);
  if (python.empty()) return active_environment();
  if (python.find('/') != std::string::npos || fs::is_directory(python)) return fs::path(python);
  const auto found = on_path(python);
  if (found.empty()) return fail("there is no " + python + " on PATH");
  return behind_shim(found);
}

}  // namespace

Result<CheckTarget> find_check_target(const std::string& python, const std::string& kernel,
                                      const std::string& platform) {
  CheckTarget target;
  target.around.variable = variable;
  target.around.quarantined = os::is_quarantined;
  target.around.kernel = kernel;
  target.around.kernel_paths = jupyter::data_paths();
  std::error_code error;
  target.around.working_folder = fs::current_path(error);
  if (!platform.empty()) {
    KM_ASSIGN(target.around.platform, scan::parse_platform(platform));
    target.around.foreign = true;
  }
  KM_ASSIGN(const fs::path where, choose(python, kernel, target.around.kernel_paths));
  // Of a foreign environment nothing of this user's counts.
  const fs::path home = target.around.foreign ? fs::path() : os::home_folder();
  const fs::path place = fs::absolute(where, error).lexically_normal();
  if (!kernel.empty() && !fs::exists(place, error)) {
    // That its interpreter is gone is the finding.
    target.environment.interpreter = place;
    target.environment.prefix = place.parent_path().parent_path();
    return target;
  }
  KM_ASSIGN(target.environment, scan::find_environment(place, home));
  return target;
}

}  // namespace km::cli
