// The state folder as macOS wants it. Not yet run on a Mac.
#include "os/folders.h"

namespace km::os {

std::filesystem::path state_folder() {
  const auto home = home_folder();
  if (home.empty()) return std::filesystem::temp_directory_path();
  return home / "Library" / "Application Support";
}

}  // namespace km::os
