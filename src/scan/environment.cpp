#include "scan/environment.h"

#include "evidence/packages.h"
#include "os/file.h"

#include <algorithm>
#include <system_error>

namespace km::scan {
namespace {

namespace fs = std::filesystem;

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error))
    names.push_back(entry->path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

bool holds_distributions(const fs::path& folder) {
  const auto names = names_in(folder);
  return std::any_of(names.begin(), names.end(),
                     [](const std::string& name) { return name.ends_with(".dist-info"); });
}

// "3.11" of .../lib/python3.11/site-packages.
std::string version_in(const fs::path& path) {
  for (const fs::path& part : path) {
    const std::string name = part.string();
    if (name.starts_with("python3.")) return name.substr(6);
  }
  return {};
}

fs::path interpreter_in(const fs::path& prefix) {
  for (const char* name : {"bin/python", "bin/python3"}) {
    std::error_code ignored;
    // A dead link counts: that it leads nowhere is a finding.
    if (fs::is_symlink(fs::symlink_status(prefix / name, ignored)) || is_file(prefix / name))
      return prefix / name;
  }
  return {};
}

// uv leaves its version in pyvenv.cfg, and no pip in the environment.
std::string installer_of(const fs::path& prefix) {
  if (is_folder(prefix / "conda-meta")) return "conda";
  constexpr std::int64_t kConfigBytes = std::int64_t{64} * 1024;
  const auto config = os::read_file(prefix / "pyvenv.cfg", kConfigBytes);
  return config && (config->starts_with("uv = ") || config->find("\nuv = ") != std::string::npos)
             ? "uv"
             : "pip";
}

Environment of_interpreter(const fs::path& python, const fs::path& user_home) {
  Environment environment;
  environment.interpreter = python;
  environment.prefix = python.parent_path().parent_path();
  environment.installer = installer_of(environment.prefix);
  if (auto home = evidence::python_home(python, user_home)) {
    environment.version = std::move(home->version);
    environment.site_packages = std::move(home->site_packages);
  }
  return environment;
}

Result<Environment> of_folder(const fs::path& folder) {
  Environment environment;
  environment.prefix = folder;
  environment.installer = installer_of(folder);
  environment.interpreter = interpreter_in(folder);
  for (const std::string& name : names_in(folder / "lib")) {
    const fs::path packages = folder / "lib" / name / "site-packages";
    if (!name.starts_with("python3.") || !is_folder(packages)) continue;
    environment.site_packages.push_back(packages);
    environment.version = name.substr(6);
  }
  if (environment.site_packages.empty() && holds_distributions(folder)) {
    environment.site_packages.push_back(folder);
    environment.version = version_in(folder);
  }
  if (environment.site_packages.empty())
    return fail(folder.string() +
                " is no Python environment: neither lib/python3.*/site-packages " +
                "nor a .dist-info folder is in it");
  return environment;
}

}  // namespace

Result<Platform> parse_platform(std::string_view text) {
  std::vector<std::string> parts;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = std::min(rest.find('-'), rest.size());
    parts.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  const bool fits = (parts.size() == 2 || parts.size() == 3) &&
                    (parts[0] == "macos" || parts[0] == "linux") &&
                    (parts.back() == "arm64" || parts.back() == "x86_64");
  if (!fits)
    return fail(
        "\"" + std::string(text) +
        "\" is no platform that kernelmedic knows: it is like macos-15-arm64, macos-13-x86_64, "
        "linux-x86_64 or linux-arm64");
  return Platform{parts[0], parts.size() == 3 ? parts[1] : std::string(), parts.back()};
}

Result<Environment> find_environment(const fs::path& where, const fs::path& user_home) {
  if (!is_folder(where)) {
    std::error_code ignored;
    if (fs::symlink_status(where, ignored).type() == fs::file_type::not_found)
      return fail("there is no " + where.string());
    return of_interpreter(where, user_home);
  }
  // The interpreter knows more: a virtual environment's configuration, the system's packages.
  if (const fs::path python = interpreter_in(where); !python.empty() && is_file(python)) {
    auto environment = of_interpreter(python, user_home);
    if (!environment.site_packages.empty()) return environment;
  }
  return of_folder(where);
}

}  // namespace km::scan
