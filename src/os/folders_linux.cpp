// The state folder by the XDG base directory specification.
#include "os/folders.h"

#include <cstdlib>

namespace km::os {

std::filesystem::path state_folder() {
  // The specification wants relative values ignored.
  if (const char* set = std::getenv("XDG_STATE_HOME"); set != nullptr && *set == '/') return set;
  const auto home = home_folder();
  if (home.empty()) return std::filesystem::temp_directory_path();
  return home / ".local" / "state";
}

}  // namespace km::os
