// What a kernel needs to start: its packages, and kernelspecs that lead to a program.
#include "jupyter/kernelspec.h"
#include "jupyter/wrapping.h"
#include "os/file.h"
#include "scan/judges.h"

#include <algorithm>
#include <fmt/core.h>
#include <map>
#include <system_error>

namespace km::scan {
namespace {

namespace fs = std::filesystem;

bool is_program(const std::string& command, const Surroundings& around) {
  const std::string found =
      jupyter::find_command(command, around.variable("PATH").value_or("/usr/bin:/bin"));
  std::error_code ignored;
  return !found.empty() && fs::exists(found, ignored);
}

// An environment's own share/jupyter: there a bare `python` is what the environment's Jupyter runs
// under (jupyter_client puts its own interpreter in its place).
bool is_of_an_environment(const fs::path& spec_folder) {
  const fs::path prefix = spec_folder.parent_path()
                              .parent_path()
                              .parent_path()
                              .parent_path();  // share/jupyter/kernels/x
  std::error_code ignored;
  return fs::exists(prefix / "bin/python3", ignored) || fs::exists(prefix / "bin/python", ignored);
}

// What `kernelmedic install` left in the folder of a kernelspec: does it still do its work?
void judge_wrapper(const std::string& name, const fs::path& folder, bool wrapped,
                   std::vector<std::string>& notes) {
  constexpr std::int64_t kLargest = 1 << 16;
  const auto shim = os::read_file(folder / jupyter::kShimName, kLargest);
  const fs::path program = shim ? jupyter::program_in(*shim) : fs::path();
  std::error_code ignored;
  if (program.empty()) return;
  if (!wrapped) {
    notes.push_back(fmt::format(
        "{}: it lost its wrapper, another program wrote {} anew; `kernelmedic install` wraps it "
        "again",
        name, (folder / "kernel.json").string()));
  } else if (!fs::exists(program, ignored)) {
    notes.push_back(fmt::format("{}: it runs without supervision, {} is gone ({})", name,
                                program.string(), (folder / jupyter::kShimName).string()));
  }
}

void judge_spec(const std::string& name, const fs::path& folder, const Surroundings& around,
                std::vector<std::string>& dead, std::vector<std::string>& notes) {
  const auto spec = jupyter::find_kernelspec(name, {folder.parent_path().parent_path()});
  if (!spec) {
    dead.push_back(fmt::format("{}: {}", name, spec.error().what));
    return;
  }
  const std::vector<std::string> argv = inner_command(spec->argv);
  if (argv.empty()) return;
  const std::string& program = argv.front();
  const std::string file = (folder / "kernel.json").string();
  judge_wrapper(name, folder, argv != spec->argv, notes);
  if (argv != spec->argv && !is_program(spec->argv.front(), around))
    dead.push_back(fmt::format("{}: its wrapper {} is gone ({})", name, spec->argv.front(), file));
  if (program.find("{resource_dir}") != std::string::npos) return;
  if (program.find('/') == std::string::npos) {
    const bool bare_python = program.starts_with("python");
    if (bare_python && is_of_an_environment(folder)) return;
    if (bare_python) {
      notes.push_back(
          fmt::format("{}: it starts whatever `{}` is first on PATH ({})", name, program, file));
    } else if (!is_program(program, around)) {
      dead.push_back(fmt::format("{}: there is no program {} on PATH ({})", name, program, file));
    }
  } else if (!is_program(program, around)) {
    dead.push_back(fmt::format("{}: {} is not there ({})", name, program, file));
  }
}

}  // namespace

// One that we wrapped starts us; what counts is the command behind "--".
std::vector<std::string> inner_command(const std::vector<std::string>& argv) {
  const bool ours =
      argv.size() > 1 && fs::path(argv[0]).filename() == "kernelmedic" && argv[1] == "kernel";
  const auto border = std::find(argv.begin(), argv.end(), "--");
  if (!ours || border == argv.end()) return argv;
  return {border + 1, argv.end()};
}

void judge_kernel(const Inventory& inventory, const Surroundings& around, casefile::CaseFile& out) {
  // An environment without any Jupyter in it is somebody's library environment: told, not accused.
  std::vector<std::string> missing;
  for (const char* package :
       {"ipykernel", "ipython", "jupyter-client", "pyzmq", "tornado", "traitlets"}) {
    if (inventory.find(package) == nullptr) missing.emplace_back(package);
  }
  if (!inventory.trees.empty())
    tell_all(out, "scan.kernel_missing", std::move(missing), "names of the installed packages");
  if (around.foreign) return;

  if (!around.kernel.empty()) out.add("scan.kernel_asked", around.kernel, "--kernel");
  std::vector<std::string> dead;
  std::vector<std::string> notes;
  std::map<std::string, fs::path> seen;
  for (const fs::path& path : around.kernel_paths) {
    for (const auto& [name, folder] : jupyter::list_kernelspecs({path})) {
      const auto [first, added] = seen.emplace(name, folder);
      if (!around.kernel.empty() && name != around.kernel) continue;
      if (added) {
        judge_spec(name, folder, around, dead, notes);
      } else {
        std::error_code ignored;
        if (!fs::equivalent(first->second, folder, ignored))
          notes.push_back(
              fmt::format("{}: {} hides {}", name, first->second.string(), folder.string()));
      }
    }
  }
  const std::string source = fmt::format("kernelspecs in {} folders", around.kernel_paths.size());
  tell_all(out, "scan.kernelspec_dead", std::move(dead), source);
  tell_all(out, "scan.kernelspec_notes", std::move(notes), source);
}

}  // namespace km::scan
