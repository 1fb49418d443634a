#include "cli/kernel_defaults.h"

#include "cli/command.h"
#include "os/file.h"

#include <algorithm>
#include <fmt/core.h>
#include <initializer_list>
#include <string_view>
#include <system_error>
#include <toml++/toml.h>
#include <utility>

#include <sys/stat.h>

namespace km::cli {
namespace {

constexpr std::string_view kText =
    R"(# How supervised kernels of this installation behave; read when a kernel starts.
# A line counts without its "# ".

# What follows a death: "respawn" a fresh kernel, or "exit" and leave it to the server.
# on_death = "respawn"

# Deaths in a row, no cell completed between, before a kernel gives up; 0: no limit.
# max_deaths = 5

# Memory that a kernel may use.
# memory_limit = "8G"

# The memory guard (still to come): "on", "warn" or "off".
# guard = "off"
)";

template <class T>
void prefer(std::optional<T>& mine, const std::optional<T>& stronger) {
  if (stronger) mine = stronger;
}

Result<std::string> word(const toml::node& node, std::string_view key,
                         std::initializer_list<std::string_view> allowed) {
  const auto value = node.value<std::string>();
  if (value &&
      (allowed.size() == 0 || std::find(allowed.begin(), allowed.end(), *value) != allowed.end()))
    return *value;
  std::string list;
  for (const auto one : allowed) list += fmt::format("{}\"{}\"", list.empty() ? "" : ", ", one);
  return fail(fmt::format("{} must be {}", key, list.empty() ? "a text" : "one of " + list));
}

}  // namespace

void KernelDefaults::take(const KernelDefaults& stronger) {
  prefer(on_death, stronger.on_death);
  prefer(max_deaths, stronger.max_deaths);
  prefer(memory_limit, stronger.memory_limit);
  prefer(guard, stronger.guard);
}

std::filesystem::path defaults_file(const std::filesystem::path& prefix) {
  return prefix / "etc/kernelmedic/kernel.toml";
}

Result<> write_defaults(const std::filesystem::path& file) {
  std::error_code error;
  if (std::filesystem::exists(file, error)) return {};
  std::filesystem::create_directories(file.parent_path(), error);
  if (error)
    return fail(fmt::format("cannot make {}: {}", file.parent_path().string(), error.message()));
  KM_TRY(os::write_file(file, kText));
  constexpr mode_t kForAll = 0644;
  if (::chmod(file.c_str(), kForAll) != 0)
    return fail_errno("cannot set the mode of " + file.string());
  return {};
}

void remove_defaults(const std::filesystem::path& prefix) {
  const auto file = defaults_file(prefix);
  const auto text = os::read_file(file, 1 << 16);
  std::error_code ignored;
  if (text && *text == kText) std::filesystem::remove(file, ignored);
}

Result<KernelDefaults> read_defaults(const std::filesystem::path& file) {
  constexpr std::int64_t kLargest = 1 << 16;
  KM_ASSIGN(const std::string text, os::read_file(file, kLargest));
  auto defaults = parse_defaults(text);
  if (!defaults) return tl::make_unexpected(std::move(defaults).error().within(file.string()));
  return defaults;
}

Result<KernelDefaults> parse_defaults(const std::string& text) {
  KernelDefaults defaults;
  try {
    for (const auto& [key, node] : toml::parse(text)) {
      const std::string_view name = key.str();
      if (name == "on_death") {
        KM_ASSIGN(defaults.on_death, word(node, name, {"respawn", "exit"}));
      } else if (name == "guard") {
        KM_ASSIGN(defaults.guard, word(node, name, {"on", "warn", "off"}));
      } else if (name == "memory_limit") {
        KM_ASSIGN(defaults.memory_limit, word(node, name, {}));
        KM_TRY(parse_memory_limit(*defaults.memory_limit));
      } else if (name == "max_deaths") {
        constexpr std::int64_t kMost = 1'000'000;
        const auto value = node.value<std::int64_t>();
        if (!node.is_integer() || *value < 0 || *value > kMost)
          return fail("max_deaths must be a number from 0");
        defaults.max_deaths = static_cast<int>(*value);
      } else {
        return fail(fmt::format("\"{}\" is no option", name));
      }
    }
  } catch (const toml::parse_error& error) {
    return fail(fmt::format("line {}: {}", error.source().begin.line, error.description()));
  }
  return defaults;
}

}  // namespace km::cli
