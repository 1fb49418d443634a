// Finding and reading kernelspecs, in Jupyter's own order.
#pragma once

#include "result.h"

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace km::jupyter {

struct KernelSpec {
  std::string name;               // folder name: "python3"
  std::filesystem::path folder;   // resource_dir; empty for for_python()
  std::vector<std::string> argv;  // with {connection_file} and {resource_dir} as they stand
  std::string display_name;
  std::string language;  // "python", "R", ...
  std::map<std::string, std::string>
      env;  // added to the environment; ${VAR} stands for our own variables
  std::string interrupt_mode = "signal";  // or "message"

  // argv starts ipykernel (`-m ipykernel_launcher`, `-m ipykernel`), under whatever interpreter.
  bool is_ipykernel() const;
  // The interpreter of an ipykernel spec, as an absolute path where it can be found; else empty.
  std::string python() const;
  // What that interpreter is started through, such as an emulator: the words before it.
  std::vector<std::string> launcher() const;
};

// $JUPYTER_PATH, then the environment's own share/jupyter ($VIRTUAL_ENV, $CONDA_PREFIX, the python3
// on PATH), the user's data folder ($JUPYTER_DATA_DIR, XDG, ~/Library/Jupyter on macOS),
// /usr/local/share/jupyter, /usr/share/jupyter. Where $JUPYTER_PREFER_ENV_PATH is 0 the user's
// comes before the environment's.
std::vector<std::filesystem::path> data_paths();
// The same for any environment: `variable` gives its value, or nothing.
using Variables = std::function<std::optional<std::string>(const std::string& variable)>;
std::vector<std::filesystem::path> data_paths(const Variables& variables, bool macos);

// The user's own folder among them: where a kernel of one's own goes.
std::filesystem::path user_data_path();

// The first `kernels/<name>/kernel.json` (case-insensitive name) on `paths`. A spec that is there
// but broken is an error that names the file and the field. Not found: the error lists what there
// is.
Result<KernelSpec> find_kernelspec(const std::string& name,
                                   const std::vector<std::filesystem::path>& paths);

// All names on `paths` → folder, the first one wins.
std::map<std::string, std::filesystem::path> list_kernelspecs(
    const std::vector<std::filesystem::path>& paths);

// ipykernel of that interpreter: argv as ipykernel's own spec has it.
KernelSpec for_python(const std::string& python);

// `text` of a kernel.json; `folder` only fills KernelSpec::folder and name.
Result<KernelSpec> parse_kernelspec(std::string_view text, const std::filesystem::path& folder);

// argv to start: placeholders replaced; an argv[0] of "python", "python3", "python3.X" becomes
// `preferred_python` where that is not empty (jupyter_client does the same with its own
// interpreter).
std::vector<std::string> command_of(const KernelSpec& spec,
                                    const std::filesystem::path& connection_file,
                                    const std::string& preferred_python);

// Where a command is found on PATH, or itself made absolute where it has a slash; empty where it is
// not found.
std::string find_command(const std::string& command, const std::string& path_variable);

}  // namespace km::jupyter
