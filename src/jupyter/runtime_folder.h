// A private folder for a kernel's sockets and connection file, removed with its owner, or by the
// next one where the owner was killed.
#pragma once

#include "os/handle.h"
#include "result.h"

#include <filesystem>

namespace km::jupyter {

class RuntimeFolder {
 public:
  // Below $XDG_RUNTIME_DIR, else the temporary folder; 0700 and short enough for ipc paths.
  static Result<RuntimeFolder> make();
  RuntimeFolder(RuntimeFolder&& other) noexcept;
  RuntimeFolder& operator=(RuntimeFolder&& other) noexcept;
  ~RuntimeFolder();

  const std::filesystem::path& path() const { return path_; }

 private:
  RuntimeFolder(std::filesystem::path path, os::Fd lock);
  void remove();

  std::filesystem::path path_;  // empty: moved from
  os::Fd lock_;                 // of a file in it: held as long as somebody uses the folder
};

}  // namespace km::jupyter
