// The Python environment that is looked at: where it lies and what belongs to it. Read from folders
// and files alone; it may be of another platform and need not be able to run.
#pragma once

#include "result.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace km::scan {

// Where the environment is to run: given for a foreign one, else this machine.
struct Platform {
  std::string os;            // "linux", "macos"; empty: this machine
  std::string version;       // "15"; may be empty
  std::string architecture;  // "arm64", "x86_64": of the real processor
};
// "macos-15-arm64", "macos-arm64", "linux-x86_64".
Result<Platform> parse_platform(std::string_view text);

struct Environment {
  std::filesystem::path prefix;
  std::filesystem::path interpreter;                 // empty: none was found
  std::string version;                               // "3.11.2" or "3.11"; empty: unknown
  std::vector<std::filesystem::path> site_packages;  // in the order of sys.path
  std::string installer = "pip";                     // "pip", "uv" or "conda": who keeps it
};

// `where`: an interpreter, an environment's folder, or a site-packages folder. `user_home`: for the
// packages of `pip install --user`; empty: none.
Result<Environment> find_environment(const std::filesystem::path& where,
                                     const std::filesystem::path& user_home);

}  // namespace km::scan
