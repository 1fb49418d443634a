// Jupyter's folders for data, in the order of jupyter_core.paths.jupyter_path.
#include "jupyter/kernelspec.h"
#include "os/folders.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <string_view>
#include <system_error>

#include <sys/utsname.h>

namespace km::jupyter {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> split(std::string_view list, char separator) {
  std::vector<std::string> parts;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(separator), list.size());
    if (end > 0) parts.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return parts;
}

class Paths {
 public:
  Paths(const Variables& variables, bool macos) : variables_(variables), macos_(macos) {
    home_ = variable("HOME");
    if (home_.empty()) home_ = os::home_folder();
  }

  std::vector<fs::path> in_order() {
    for (const std::string& path : split(variable("JUPYTER_PATH"), ':')) add(path);
    const bool user_first = !is_set("JUPYTER_PREFER_ENV_PATH", true);
    if (user_first) add_user();
    add_environment();
    if (!user_first) add_user();
    add_system();
    // IPython's own folder of former times; it holds `kernels`, too.
    const std::string ipython = variable("IPYTHONDIR");
    add(ipython.empty() ? home_ / ".ipython" : fs::path(ipython));
    return std::move(paths_);
  }

  fs::path user() const {
    if (const std::string data = variable("JUPYTER_DATA_DIR"); !data.empty()) return data;
    if (macos_) {
      return home_ /
             (platform_folders() ? "Library/Application Support/Jupyter" : "Library/Jupyter");
    }
    const std::string xdg = variable("XDG_DATA_HOME");
    return (xdg.empty() ? home_ / ".local/share" : fs::path(xdg)) / "jupyter";
  }

 private:
  std::string variable(const std::string& name) const {
    return variables_(name).value_or(std::string());
  }

  bool is_set(const std::string& name, bool otherwise) const {
    const auto value = variables_(name);
    if (!value) return otherwise;
    std::string lower = *value;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    constexpr std::array<std::string_view, 6> kNo{"no", "n", "false", "off", "0", "0.0"};
    return std::find(kNo.begin(), kNo.end(), lower) == kNo.end();
  }

  void add(fs::path path) {
    if (path.empty()) return;
    path = path.lexically_normal();
    if (!path.has_filename()) path = path.parent_path();  // "a/" is "a"
    if (std::find(paths_.begin(), paths_.end(), path) == paths_.end()) {
      paths_.push_back(std::move(path));
    }
  }

  void add_environment() {
    for (const char* name : {"VIRTUAL_ENV", "CONDA_PREFIX"}) {
      const std::string prefix = variable(name);
      if (!prefix.empty()) add(fs::path(prefix) / "share/jupyter");
    }
    const std::string python = find_command("python3", variable("PATH"));
    if (python.empty()) return;
    const fs::path prefix = prefix_of(python);
    // The system's Python shares the system's folders, and those come last.
    if (prefix != "/usr" && prefix != "/usr/local") add(prefix / "share/jupyter");
  }

  // sys.prefix: a virtual environment is where its link lies, any other Python where the link
  // leads.
  static fs::path prefix_of(const fs::path& python) {
    std::error_code error;
    fs::path here = python.parent_path().parent_path();
    if (fs::exists(here / "pyvenv.cfg", error)) return here;
    const fs::path real = fs::canonical(python, error);
    return error ? here : real.parent_path().parent_path();
  }

  void add_user() {
    add(user());
    const std::string base = variable("PYTHONUSERBASE");
    add((base.empty() ? home_ / ".local" : fs::path(base)) / "share/jupyter");
  }

  void add_system() {
    if (platform_folders() && macos_) {
      add("/Library/Application Support/Jupyter");
      return;
    }
    const std::string xdg = platform_folders() ? variable("XDG_DATA_DIRS") : std::string();
    for (const std::string& folder :
         split(xdg.empty() ? "/usr/local/share:/usr/share" : xdg, ':')) {
      add(fs::path(folder) / "jupyter");
    }
  }

  bool platform_folders() const { return is_set("JUPYTER_PLATFORM_DIRS", false); }

  const Variables& variables_;  // the caller's, who outlives us
  bool macos_;
  fs::path home_;
  std::vector<fs::path> paths_;
};

}  // namespace

std::vector<fs::path> data_paths(const Variables& variables, bool macos) {
  return Paths(variables, macos).in_order();
}

namespace {

std::optional<std::string> own_variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
}

bool on_macos() {
  utsname system{};
  return ::uname(&system) == 0 && std::string_view(system.sysname) == "Darwin";
}

}  // namespace

std::vector<fs::path> data_paths() { return data_paths(own_variable, on_macos()); }

fs::path user_data_path() {
  const Variables variables = own_variable;
  return Paths(variables, on_macos()).user();
}

}  // namespace km::jupyter
