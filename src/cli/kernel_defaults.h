// The options of `kernel` as one file for all users of an image (install --prefix); what a
// kernelspec's command line says counts more.
#pragma once

#include "result.h"

#include <filesystem>
#include <optional>
#include <string>

namespace km::cli {

struct KernelDefaults {
  std::optional<std::string> on_death;  // "respawn", "exit"
  std::optional<int> max_deaths;
  std::optional<std::string> memory_limit;  // "4G"
  std::optional<std::string> guard;         // "on", "warn", "off"

  void take(const KernelDefaults& stronger);  // what is set there
};

std::filesystem::path defaults_file(const std::filesystem::path& prefix);

// Every value as a comment, so that an administrator sees what there is; a file that is there
// stays.
Result<> write_defaults(const std::filesystem::path& file);

// Where nobody has changed it.
void remove_defaults(const std::filesystem::path& prefix);

// TOML. Errors name the file and what is wrong: an unknown key, a value out of range.
Result<KernelDefaults> read_defaults(const std::filesystem::path& file);
Result<KernelDefaults> parse_defaults(const std::string& text);

}  // namespace km::cli
