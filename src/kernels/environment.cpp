// Variables in, variables out; what jupyter_client's provisioner does, and two of our own.
#include "kernels/environment.h"

#include <cstddef>
#include <fmt/core.h>
#include <unistd.h>
#include <utility>

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX leaves the declaration
                        // to the program

namespace km::kernels {
namespace {

using Variables = std::map<std::string, std::string>;

bool begins_name(char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool in_name(char c) { return begins_name(c) || (c >= '0' && c <= '9'); }

std::string substituted(std::string_view text, const Variables& variables) {
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] != '$' || i + 1 == text.size()) {
      result += text[i++];
      continue;
    }
    if (text[i + 1] == '$') {
      result += '$';
      i += 2;
      continue;
    }
    const bool braced = text[i + 1] == '{';
    const std::size_t begin = i + (braced ? 2 : 1);
    std::size_t end = begin;
    if (end < text.size() && begins_name(text[end])) {
      while (end < text.size() && in_name(text[end])) ++end;
    }
    const auto found = variables.find(std::string(text.substr(begin, end - begin)));
    const bool closed = !braced || (end < text.size() && text[end] == '}');
    if (end == begin || !closed || found == variables.end()) {
      result += text[i++];
      continue;
    }
    result += found->second;
    i = braced ? end + 1 : end;
  }
  return result;
}

bool is_python(std::string_view language) {
  return language.starts_with("python") || language.starts_with("Python");
}

}  // namespace

KernelEnvironment kernel_environment(const std::vector<std::string>& base,
                                     const Variables& from_spec, std::string_view language,
                                     bool ipykernel, int our_pid) {
  Variables ours;
  for (const auto& variable : base) {
    const std::size_t equals = variable.find('=');
    if (equals != std::string::npos) ours[variable.substr(0, equals)] = variable.substr(equals + 1);
  }
  Variables variables = ours;
  for (const auto& [name, value] : from_spec) variables[name] = substituted(value, ours);
  // macOS' framework builds set it, and a kernel of another Python would take it for its own; last,
  // as jupyter_client does it.
  if (is_python(language)) variables.erase("PYTHONEXECUTABLE");
  variables["JPY_PARENT_PID"] = std::to_string(our_pid);
  KernelEnvironment environment;
  environment.faulthandler_added = ipykernel && variables.emplace("PYTHONFAULTHANDLER", "1").second;
  for (const auto& [name, value] : variables) {
    environment.variables.push_back(fmt::format("{}={}", name, value));
  }
  return environment;
}

std::vector<std::string> own_environment() {
  std::vector<std::string> variables;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable)
    variables.emplace_back(*variable);
  return variables;
}

}  // namespace km::kernels
