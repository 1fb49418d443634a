// Reading kernel.json, and the search for it.
#include "jupyter/kernelspec.h"

#include "jupyter/json_text.h"
#include "jupyter/utf8.h"
#include "os/file.h"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <system_error>
#include <utility>

namespace km::jupyter {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kSpecBytes = 1 << 20;

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// The folders below `path`/kernels that hold a kernel.json, by lower-case name.
std::map<std::string, fs::path> specs_in(const fs::path& path) {
  std::map<std::string, fs::path> found;
  std::error_code error;
  fs::directory_iterator entry(path / "kernels", error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    std::error_code unreadable;
    const fs::path& folder = entry->path();
    if (fs::is_regular_file(folder / "kernel.json", unreadable)) {
      found.emplace(lower(folder.filename().string()), folder);
    }
  }
  return found;
}

Result<std::vector<std::string>> argv_of(const Json& json) {
  const Json& argv = member(json, "argv");
  const auto is_string = [](const Json& argument) { return argument.is_string(); };
  if (!argv.is_array() || argv.empty() || !std::all_of(argv.begin(), argv.end(), is_string)) {
    return fail("\"argv\" must be a list of texts, the command that starts the kernel");
  }
  auto arguments = argv.get<std::vector<std::string>>();
  if (arguments.front().empty()) return fail("\"argv\" names no program");
  return arguments;
}

Result<std::string> optional_text(const Json& json, std::string_view name) {
  const Json& value = member(json, name);
  if (!value.is_null() && !value.is_string())
    return fail(fmt::format("\"{}\" must be a text", name));
  return text_member(json, name);
}

Result<std::map<std::string, std::string>> env_of(const Json& json) {
  std::map<std::string, std::string> env;
  const Json& given = member(json, "env");
  if (given.is_null()) return env;
  if (!given.is_object()) return fail("\"env\" must be an object of texts");
  for (const auto& [name, value] : given.items()) {
    if (!value.is_string())
      return fail(fmt::format("\"env\": the value of \"{}\" must be a text", name));
    env.emplace(name, value.get<std::string>());
  }
  return env;
}

Result<KernelSpec> parse(std::string_view text) {
  KM_ASSIGN(const Json json,
            parse_json(utf8_error(text) == std::string_view::npos ? std::string(text)
                                                                  : clean_utf8(text)));
  if (!json.is_object()) return fail("a kernelspec must be a JSON object");
  KernelSpec spec;
  KM_ASSIGN(spec.argv, argv_of(json));
  KM_ASSIGN(spec.display_name, optional_text(json, "display_name"));
  KM_ASSIGN(spec.language, optional_text(json, "language"));
  KM_ASSIGN(spec.env, env_of(json));
  KM_ASSIGN(const std::string mode, optional_text(json, "interrupt_mode"));
  if (!mode.empty()) spec.interrupt_mode = lower(mode);
  if (spec.interrupt_mode != "signal" && spec.interrupt_mode != "message") {
    return fail("\"interrupt_mode\" must be \"signal\" or \"message\"");
  }
  return spec;
}

Error not_found(const std::string& name, const std::vector<fs::path>& paths) {
  const auto specs = list_kernelspecs(paths);
  if (specs.empty()) {
    std::vector<std::string> looked;
    looked.reserve(paths.size());
    for (const fs::path& path : paths) looked.push_back((path / "kernels").string());
    return {
        fmt::format(
            "there is no kernel \"{}\", nor any other (looked in {}); for Python: python3 -m pip "
            "install ipykernel, then give --python python3",
            name, fmt::join(looked, ", ")),
        {}};
  }
  std::vector<std::string> names;
  names.reserve(specs.size());
  for (const auto& [key, folder] : specs) names.push_back(key);
  return {
      fmt::format(
          "there is no kernel \"{}\"; there is {}: choose by --kernel NAME, or give an interpreter "
          "that has ipykernel by --python PATH",
          name, fmt::join(names, ", ")),
      {}};
}

}  // namespace

Result<KernelSpec> parse_kernelspec(std::string_view text, const fs::path& folder) {
  auto spec = parse(text);
  if (!spec) {
    return tl::make_unexpected(std::move(spec).error().within(
        fmt::format("the kernelspec {}", (folder / "kernel.json").string())));
  }
  spec->folder = folder;
  spec->name = lower(folder.filename().string());
  return spec;
}

std::map<std::string, fs::path> list_kernelspecs(const std::vector<fs::path>& paths) {
  std::map<std::string, fs::path> all;
  for (const fs::path& path : paths) all.merge(specs_in(path));  // keeps what is there
  return all;
}

Result<KernelSpec> find_kernelspec(const std::string& name, const std::vector<fs::path>& paths) {
  const std::string key = lower(name);
  for (const fs::path& path : paths) {
    const auto specs = specs_in(path);
    const auto found = specs.find(key);
    if (found == specs.end()) continue;
    KM_ASSIGN(const std::string text, os::read_file(found->second / "kernel.json", kSpecBytes));
    return parse_kernelspec(text, found->second);
  }
  return tl::make_unexpected(not_found(name, paths));
}

}  // namespace km::jupyter
