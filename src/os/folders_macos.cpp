// The state folder as macOS wants it. Not yet run on a Mac.
#include "os/file.h"
#include "os/folders.h"

#include <cstddef>
#include <cstdint>

#include <sys/mount.h>
#include <sys/param.h>

// <sys/xattr.h>, which cross compilers do not bring.
extern "C" ssize_t getxattr(const char* path, const char* name, void* value, std::size_t size,
                            std::uint32_t position, int options);

namespace km::os {

std::filesystem::path state_folder() {
  const auto home = home_folder();
  if (home.empty()) return std::filesystem::temp_directory_path();
  return home / "Library" / "Application Support";
}

std::vector<std::filesystem::path> crash_report_folders() {
  const auto home = home_folder();
  std::vector<std::filesystem::path> folders;
  if (!home.empty()) folders.push_back(home / "Library" / "Logs" / "DiagnosticReports");
  folders.emplace_back("/Library/Logs/DiagnosticReports");
  return folders;
}

bool is_quarantined(const std::filesystem::path& path) {
  constexpr int kNoFollow = 1;  // XATTR_NOFOLLOW
  return ::getxattr(path.c_str(), "com.apple.quarantine", nullptr, 0, 0, kNoFollow) >= 0;
}

bool is_on_network(const std::filesystem::path& folder) {
  struct statfs about {};
  return ::statfs(folder.c_str(), &about) == 0 && (about.f_flags & MNT_LOCAL) == 0;
}

}  // namespace km::os
