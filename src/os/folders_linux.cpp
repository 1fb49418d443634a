// The state folder by the XDG base directory specification.
#include "os/file.h"
#include "os/folders.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>

#include <sys/vfs.h>

namespace km::os {

std::filesystem::path state_folder() {
  // The specification wants relative values ignored.
  if (const char* set = std::getenv("XDG_STATE_HOME"); set != nullptr && *set == '/') return set;
  const auto home = home_folder();
  if (home.empty()) return std::filesystem::temp_directory_path();
  return home / ".local" / "state";
}

// Core files are not reports, and where they go is for others to decide (core(5)).
std::vector<std::filesystem::path> crash_report_folders() { return {}; }

bool is_quarantined(const std::filesystem::path& /*path*/) { return false; }

bool is_on_network(const std::filesystem::path& folder) {
  // statfs(2) and linux/magic.h; of FUSE nobody knows what is behind it.
  constexpr std::array<std::uint32_t, 11> kShares{
      0x6969,      // NFS
      0x517B,      // SMB
      0xFF534D42,  // CIFS
      0xFE534D42,  // SMB2
      0x5346414F,  // AFS
      0x00C36400,  // Ceph
      0x0BD00BD0,  // Lustre
      0x47504653,  // GPFS
      0x01021997,  // 9P
      0x65735546,  // FUSE
      0x19830326,  // BeeGFS
  };
  struct statfs about {};
  if (::statfs(folder.c_str(), &about) != 0) return false;
  const auto type = static_cast<std::uint32_t>(about.f_type);
  return std::find(kShares.begin(), kShares.end(), type) != kShares.end();
}

}  // namespace km::os
