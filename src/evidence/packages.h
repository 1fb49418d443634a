// What an interpreter has installed, read from folders alone: a Python that dies cannot be asked.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace km::evidence {

struct PythonHome {
  std::string version;                               // "3.11.2", or "3.11" where no file tells more
  std::vector<std::filesystem::path> site_packages;  // in the order of sys.path
  friend bool operator==(const PythonHome&, const PythonHome&) = default;
};

// From the interpreter's path: virtual environment (with the system's packages where it includes
// them), conda, pyenv, Debian, framework build. `user_home`: for packages of `pip install --user`;
// empty: none. Nothing where the path leads to no Python installation.
std::optional<PythonHome> python_home(const std::filesystem::path& interpreter,
                                      const std::filesystem::path& user_home);

// "tensorflow-cpu 2.21.0" each, sorted; the first folder that has a package wins.
std::vector<std::string> installed_packages(
    const std::vector<std::filesystem::path>& site_packages);

// "tensorflow_cpu-2.21.0.dist-info" → "tensorflow-cpu 2.21.0"; nothing for other names.
std::optional<std::string> package_of(std::string_view folder_name);

}  // namespace km::evidence
