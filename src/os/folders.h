// Where the platform wants a program's own files to be.
#pragma once

#include <filesystem>
#include <vector>

namespace km::os {

// For what a program must keep between two starts: $XDG_STATE_HOME, else ~/.local/state (Linux, XDG
// base directory specification 0.8); ~/Library/Application Support (macOS). Without $HOME the user
// database tells the home folder; where even that does not know the user (a container's nameless
// uid), the temporary folder is used.
std::filesystem::path state_folder();

// $HOME, else what the user database says; empty where neither knows.
std::filesystem::path home_folder();

// Where the system writes its own reports on crashes, the user's folder first; none on Linux.
std::vector<std::filesystem::path> crash_report_folders();

// Does it lie on a share of another machine (NFS, SMB, Lustre, a FUSE file system, ...)? False
// where the system does not tell.
bool is_on_network(const std::filesystem::path& folder);

}  // namespace km::os
