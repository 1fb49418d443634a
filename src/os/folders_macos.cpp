// The state folder as macOS wants it. Not yet run on a Mac.
#include "os/file.h"
#include "os/folders.h"

#include <sys/mount.h>
#include <sys/param.h>
#include <sys/xattr.h>

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
  return ::getxattr(path.c_str(), "com.apple.quarantine", nullptr, 0, 0, XATTR_NOFOLLOW) >= 0;
}

bool is_on_network(const std::filesystem::path& folder) {
  struct statfs about {};
  return ::statfs(folder.c_str(), &about) == 0 && (about.f_flags & MNT_LOCAL) == 0;
}

}  // namespace km::os
