// From a kernelspec to what is started: the command line, and whose interpreter it is.
#include "jupyter/kernelspec.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>
#include <system_error>
#include <unistd.h>

namespace km::jupyter {
namespace {

namespace fs = std::filesystem;

bool is_ipykernel_module(std::string_view module) {
  constexpr std::array<std::string_view, 3> kModules{"ipykernel_launcher", "ipykernel",
                                                     "ipykernel.kernelapp"};
  return std::find(kModules.begin(), kModules.end(), module) != kModules.end();
}

// Where in argv "-m MODULE" or "-mMODULE" of ipykernel begins; its size where it does not.
std::size_t module_at(const std::vector<std::string>& argv) {
  for (std::size_t i = 1; i < argv.size(); ++i) {
    const std::string_view argument = argv[i];
    if (argument.substr(0, 2) != "-m") continue;
    if (is_ipykernel_module(argument.substr(2))) return i;
    if (argument == "-m" && i + 1 < argv.size() && is_ipykernel_module(argv[i + 1])) return i;
  }
  return argv.size();
}

// The interpreter of ipykernel in argv; its size where there is none.
std::size_t interpreter_at(const std::vector<std::string>& argv) {
  std::size_t at = module_at(argv);
  if (at == argv.size()) return at;
  // Back over the interpreter's own options: -X and -W may have their value in an argument of its
  // own.
  while (at > 1) {
    const bool option = argv[at - 1].starts_with('-');
    const bool value = at > 2 && (argv[at - 2] == "-X" || argv[at - 2] == "-W");
    if (!option && !value) break;
    --at;
  }
  return at - 1;
}

std::string replace_all(std::string text, std::string_view what, const std::string& by) {
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
  return text;
}

// "python", "python3", "python3.12": names that stand for the interpreter of whoever starts the
// kernel.
bool is_plain_python(std::string_view command) {
  constexpr std::string_view kPython = "python";
  if (command.substr(0, kPython.size()) != kPython) return false;
  command.remove_prefix(kPython.size());
  return command.empty() || command == "3" ||
         (command.substr(0, 2) == "3." && command.size() > 2 &&
          command.find_first_not_of("0123456789", 2) == std::string_view::npos);
}

}  // namespace

bool KernelSpec::is_ipykernel() const { return module_at(argv) < argv.size(); }

std::vector<std::string> KernelSpec::launcher() const {
  const std::size_t at = interpreter_at(argv);
  if (at == argv.size()) return {};
  return {argv.begin(), argv.begin() + static_cast<std::ptrdiff_t>(at)};
}

std::string KernelSpec::python() const {
  const std::size_t at = interpreter_at(argv);
  if (at == argv.size()) return {};
  const char* path = std::getenv("PATH");
  return find_command(argv[at], path != nullptr ? path : "");
}

KernelSpec for_python(const std::string& python) {
  KernelSpec spec;
  spec.name = "python3";
  spec.argv = {python, "-m", "ipykernel_launcher", "-f", "{connection_file}"};
  spec.display_name = "Python 3 (ipykernel)";
  spec.language = "python";
  return spec;
}

std::vector<std::string> command_of(const KernelSpec& spec, const fs::path& connection_file,
                                    const std::string& preferred_python) {
  std::error_code error;
  fs::path file = fs::weakly_canonical(connection_file, error);
  if (error) file = connection_file;
  std::vector<std::string> command = spec.argv;
  for (std::string& argument : command) {
    argument = replace_all(std::move(argument), "{connection_file}", file.string());
    argument = replace_all(std::move(argument), "{resource_dir}", spec.folder.string());
  }
  if (!command.empty() && !preferred_python.empty() && is_plain_python(command.front())) {
    command.front() = preferred_python;
  }
  return command;
}

std::string find_command(const std::string& command, const std::string& path_variable) {
  if (command.empty()) return {};
  std::error_code error;
  if (command.find('/') != std::string::npos)
    return fs::absolute(command, error).lexically_normal();
  std::string_view rest = path_variable;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    const fs::path candidate = fs::path(rest.substr(0, end)) / command;
    if (candidate.is_absolute() && fs::is_regular_file(candidate, error) &&
        ::access(candidate.c_str(), X_OK) == 0) {
      return candidate;
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {};
}

}  // namespace km::jupyter
