// Finds site-packages the way Python's site module does and reads the names of what lies there.
#include "evidence/packages.h"

#include "evidence/collectors.h"
#include "evidence/words.h"
#include "os/file.h"
#include "os/folders.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <system_error>

namespace km::evidence {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxEntries = 20'000;  // of one folder
constexpr std::int64_t kMaxTextBytes = std::int64_t{64} * 1024;

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  while (!error && entry != fs::directory_iterator() && names.size() < kMaxEntries) {
    names.push_back(entry->path().filename().string());
    entry.increment(error);
  }
  return names;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
    text.remove_suffix(1);
  return text;
}

// pyvenv.cfg: "key = value" lines.
std::map<std::string, std::string, std::less<>> settings_of(std::string_view text) {
  std::map<std::string, std::string, std::less<>> settings;
  intake::each_line(text, [&](std::string_view line) {
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) return;
    settings.emplace(trimmed(line.substr(0, equals)), trimmed(line.substr(equals + 1)));
  });
  return settings;
}

bool is_version(std::string_view text) {
  return !text.empty() && text.front() >= '0' && text.front() <= '9' &&
         text.find('.') != std::string_view::npos;
}

// "3.11" of the highest lib/python3.11 below the prefix; the name of the binary decides where it
// has a number.
std::string short_version(const fs::path& prefix, const fs::path& binary) {
  constexpr std::string_view kPython = "python";
  const std::string name = binary.filename().string();
  if (name.rfind(kPython, 0) == 0 && is_version(std::string_view(name).substr(kPython.size()))) {
    return name.substr(kPython.size());
  }
  std::string best;
  for (const std::string& folder : names_in(prefix / "lib")) {
    if (folder.rfind("python3.", 0) != 0 ||
        !is_version(std::string_view(folder).substr(kPython.size())))
      continue;
    const std::string version = folder.substr(kPython.size());
    // "3.9" < "3.11": longer is later.
    if (version.size() > best.size() || (version.size() == best.size() && version > best))
      best = version;
  }
  return best;
}

// From the header that belongs to the installation: #define PY_VERSION "3.11.2".
std::string header_version(const fs::path& prefix, const std::string& version) {
  const auto text =
      os::read_file(prefix / "include" / ("python" + version) / "patchlevel.h", kMaxTextBytes);
  if (!text) return {};
  constexpr std::string_view kKey = "#define PY_VERSION";
  const std::size_t at = text->find(std::string(kKey) + ' ');
  const std::size_t open = at == std::string::npos ? at : text->find('"', at);
  const std::size_t close = open == std::string::npos ? open : text->find('"', open + 1);
  if (close == std::string::npos) return {};
  std::string found = text->substr(open + 1, close - open - 1);
  return is_version(found) && found.rfind(version, 0) == 0 ? found : std::string{};
}

// conda-meta/python-3.11.7-h955ad1f_0.json
std::string conda_version(const fs::path& prefix) {
  constexpr std::string_view kPython = "python-";
  for (const std::string& name : names_in(prefix / "conda-meta")) {
    if (name.rfind(kPython, 0) != 0 || !is_version(std::string_view(name).substr(kPython.size())))
      continue;
    return name.substr(kPython.size(), name.find('-', kPython.size()) - kPython.size());
  }
  return {};
}

// ".../versions/3.11.7/bin/python" (pyenv, framework builds and uv name the folder so).
std::string folder_version(const fs::path& prefix, const std::string& version) {
  const std::string name = prefix.filename().string();
  return name.rfind(version + ".", 0) == 0 ? name : std::string{};
}

void add_folder(std::vector<fs::path>& folders, const fs::path& folder) {
  if (is_there(folder) && std::find(folders.begin(), folders.end(), folder) == folders.end())
    folders.push_back(folder);
}

void add_system_folders(const fs::path& prefix, const std::string& version,
                        std::vector<fs::path>& folders) {
  const std::string python = "python" + version;
  if (prefix == "/usr") {  // Debian keeps what pip installs apart from what apt does
    add_folder(folders, fs::path("/usr/local/lib") / python / "dist-packages");
    add_folder(folders, "/usr/lib/python3/dist-packages");
  }
  for (const char* lib : {"lib", "lib64"})
    add_folder(folders, prefix / lib / python / "site-packages");
}

void add_user_folder(const fs::path& user_home, const std::string& version,
                     std::vector<fs::path>& folders) {
  if (!user_home.empty())
    add_folder(folders, user_home / ".local/lib" / ("python" + version) / "site-packages");
}

std::string full_version(const fs::path& prefix, const std::string& version) {
  for (std::string found :
       {header_version(prefix, version), conda_version(prefix), folder_version(prefix, version)}) {
    if (!found.empty()) return found;
  }
  return version;
}

std::optional<PythonHome> home_of_base(const fs::path& binary, const fs::path& user_home) {
  if (!is_there(binary)) return std::nullopt;
  std::error_code error;
  const fs::path real = fs::weakly_canonical(binary, error);
  const fs::path prefix = (error ? binary : real).parent_path().parent_path();
  const std::string version = short_version(prefix, error ? binary : real);
  if (version.empty() || !is_there(prefix / "lib" / ("python" + version))) return std::nullopt;
  PythonHome home;
  home.version = full_version(prefix, version);
  add_user_folder(user_home, version, home.site_packages);
  add_system_folders(prefix, version, home.site_packages);
  return home;
}

std::optional<PythonHome> home_of_environment(const fs::path& prefix, std::string_view config,
                                              const fs::path& user_home) {
  const auto settings = settings_of(config);
  const auto value = [&](std::string_view key) {
    const auto found = settings.find(key);
    return found == settings.end() ? std::string{} : found->second;
  };
  const std::string version = short_version(prefix, {});
  if (version.empty()) return std::nullopt;
  PythonHome home;
  home.version = version;
  for (const char* key :
       {"version", "version_info"}) {  // venv writes the first, virtualenv and uv the second
    // "3.11.2", also "3.11.7.final.0"
    std::string full = value(key);
    if (const std::size_t tail = full.find(".final"); tail != std::string::npos) full.resize(tail);
    if (full.rfind(version, 0) == 0) home.version = full;
  }
  for (const char* lib : {"lib", "lib64"}) {
    const fs::path folder = prefix / lib / ("python" + version) / "site-packages";
    std::error_code ignored;
    // lib64 is most often a link to lib: the same packages must not be read twice.
    if (home.site_packages.empty() ||
        !fs::equivalent(home.site_packages.front(), folder, ignored)) {
      add_folder(home.site_packages, folder);
    }
  }
  if (value("include-system-site-packages") == "true") {
    if (const auto base = home_of_base(fs::path(value("home")) / ("python" + version), user_home)) {
      for (const fs::path& folder : base->site_packages) add_folder(home.site_packages, folder);
    }
  }
  return home;
}

// As the shell finds it, where the command has no slash.
fs::path found_in_path(const std::string& command) {
  if (command.find('/') != std::string::npos) return command;
  const char* list = std::getenv("PATH");
  std::string_view rest = list == nullptr ? "" : list;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    if (fs::path file = fs::path(rest.substr(0, end)) / command; is_there(file)) return file;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return command;
}

std::string normalised(std::string_view name) {
  std::string out;  // PEP 503
  for (const char c : name) {
    if (c == '-' || c == '_' || c == '.') {
      if (out.empty() || out.back() != '-') out += '-';
    } else {
      out += c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    }
  }
  return out;
}

}  // namespace

std::optional<std::string> package_of(std::string_view folder_name) {
  for (const std::string_view ending : {".dist-info", ".egg-info"}) {
    if (!folder_name.ends_with(ending)) continue;
    folder_name.remove_suffix(ending.size());
    const std::size_t dash = folder_name.find('-');
    if (dash == std::string_view::npos || dash == 0) return std::nullopt;
    std::string_view version = folder_name.substr(dash + 1);
    version = version.substr(0, version.find("-py"));  // of an egg: "-py3.11"
    if (version.empty() || version.front() < '0' || version.front() > '9') return std::nullopt;
    return normalised(folder_name.substr(0, dash)) + " " + std::string(version);
  }
  return std::nullopt;
}

std::optional<PythonHome> python_home(const fs::path& interpreter, const fs::path& user_home) {
  // Not resolved: the link in a virtual environment leads out of it.
  for (const fs::path& prefix :
       {interpreter.parent_path().parent_path(), interpreter.parent_path()}) {
    if (const auto config = os::read_file(prefix / "pyvenv.cfg", kMaxTextBytes)) {
      return home_of_environment(prefix, *config, user_home);
    }
  }
  return home_of_base(interpreter, user_home);
}

std::vector<std::string> installed_packages(const std::vector<fs::path>& site_packages) {
  std::map<std::string, std::string> packages;
  for (const fs::path& folder : site_packages) {
    for (const std::string& name : names_in(folder)) {
      auto package = package_of(name);
      if (!package) continue;
      std::string key = package->substr(0, package->find(' '));
      packages.emplace(std::move(key), *std::move(package));
    }
  }
  std::vector<std::string> list;
  list.reserve(packages.size());
  for (auto& [key, package] : packages) list.push_back(std::move(package));
  return list;
}

void collect_packages(const Scene& scene, casefile::CaseFile& out) {
  if (scene.python.empty()) return;
  const fs::path interpreter = found_in_path(scene.python);
  out.add("python.executable", interpreter.string(), "the supervisor");
  const auto home = python_home(interpreter, os::home_folder());
  if (!home) {
    out.gap("the installed packages",
            "no Python installation was found around " + interpreter.string(),
            interpreter.string() + " -m pip list");
    return;
  }
  out.add("python.version", home->version, "files of the installation");
  const auto packages = installed_packages(home->site_packages);
  if (packages.empty()) {
    out.none("python.packages", "site-packages");
  } else {
    out.add("python.packages", packages, "names of the metadata folders in site-packages");
  }
}

}  // namespace km::evidence
