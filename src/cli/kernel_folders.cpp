#include "cli/kernel_folders.h"

#include "os/folders.h"
#include "os/self.h"

#include <algorithm>
#include <cstdlib>
#include <fmt/core.h>
#include <system_error>
#include <unistd.h>
#include <zmq.h>

namespace km::cli {
namespace {

namespace fs = std::filesystem;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

std::string path_variable() {
  auto path = variable("PATH");
  return path.empty() ? "/usr/local/bin:/usr/bin:/bin" : path;
}

fs::path environment_prefix() {
  for (const char* name : {"VIRTUAL_ENV", "CONDA_PREFIX"}) {
    if (const auto prefix = variable(name); !prefix.empty()) return prefix;
  }
  const fs::path python = jupyter::find_command("python3", path_variable());
  return python.empty() ? fs::path("/usr/local") : python.parent_path().parent_path();
}

bool may_write(const fs::path& folder) {
  fs::path there = folder;
  std::error_code error;
  while (!there.empty() && !fs::exists(there, error) && there.has_relative_path())
    there = there.parent_path();
  return ::access(there.c_str(), W_OK | X_OK) == 0;
}

}  // namespace

std::optional<fs::path> chosen_root(const KernelPlace& place) {
  std::error_code error;
  if (place.user) return jupyter::user_data_path();
  if (place.sys_prefix) return environment_prefix() / "share/jupyter";
  if (!place.prefix.empty()) return fs::absolute(place.prefix, error) / "share/jupyter";
  return std::nullopt;
}

Result<fs::path> place_of(const KernelPlace& place, const fs::path& beside,
                          const std::string& name) {
  const bool plain = !name.empty() && name != "." && name != ".." &&
                     name.find_first_not_of(
                         "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                         "0123456789._-") == std::string::npos;
  if (!plain)
    return fail(fmt::format("\"{}\" is no name for a kernel: letters, digits, . _ -", name));
  if (const auto root = chosen_root(place)) return *root / "kernels" / name;
  const fs::path here = beside.parent_path() / name;
  return may_write(here) ? here : jupyter::user_data_path() / "kernels" / name;
}

std::string interpreter_of(const jupyter::KernelSpec& spec) {
  if (!spec.is_ipykernel()) return {};
  // PREFIX/share/jupyter/kernels/NAME: ipykernel writes "python" there and means its own.
  const fs::path prefix = spec.folder.parent_path().parent_path().parent_path().parent_path();
  const fs::path name = fs::path(spec.argv.front());
  std::error_code error;
  if (!name.has_parent_path() && name.string().starts_with("python")) {
    for (const char* own : {"bin/python", "bin/python3"}) {
      if (fs::exists(prefix / own, error)) return prefix / own;
    }
  }
  return spec.python();
}

void tell_shadow(const std::string& name, const fs::path& folder) {
  const auto paths = jupyter::data_paths();
  // Of a place where this Jupyter does not look, nothing is known.
  const bool looked_at = std::any_of(paths.begin(), paths.end(), [&](const fs::path& path) {
    return path / "kernels" == folder.parent_path();
  });
  const auto found = jupyter::find_kernelspec(name, paths);
  std::error_code error;
  if (!looked_at || !found || fs::equivalent(found->folder, folder, error)) return;
  fmt::print(stderr,
             "kernelmedic: a Jupyter started from here finds another kernel \"{}\" first: {}\n"
             "  install beside that one, or choose another --name\n",
             name, found->folder.string());
}

fs::path own_program() {
  const fs::path self = os::own_executable();
  const fs::path on_path = jupyter::find_command("kernelmedic", path_variable());
  std::error_code error;
  return !on_path.empty() && fs::equivalent(on_path, self, error) ? on_path : self;
}

bool zmq_knows_curve() { return ::zmq_has("curve") == 1; }

}  // namespace km::cli
