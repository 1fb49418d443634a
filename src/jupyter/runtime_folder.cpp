// Making the folder, and removing those whose owners are gone. A lock tells, not a process id:
// containers may share a temporary folder and not their process ids.
#include "jupyter/runtime_folder.h"

#include "jupyter/connection.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <sys/file.h>

namespace km::jupyter {
namespace {

constexpr std::string_view kName = "kmed-";
constexpr std::string_view kLock = "lock";

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

void remove_left_behind(const std::filesystem::path& parent) {
  std::error_code error;
  for (std::filesystem::directory_iterator entry(parent, error), end; !error && entry != end;
       entry.increment(error)) {
    if (!entry->path().filename().string().starts_with(kName)) continue;
    const os::Fd lock(
        ::open((entry->path() / kLock).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!lock || ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) continue;
    std::error_code ignored;  // another user's stays
    std::filesystem::remove_all(entry->path(), ignored);
  }
}

}  // namespace

Result<RuntimeFolder> RuntimeFolder::make() {
  const std::array<std::filesystem::path, 3> parents{environment("XDG_RUNTIME_DIR"),
                                                     environment("TMPDIR"), "/tmp"};
  std::string tried;
  for (const auto& parent : parents) {
    if (!parent.is_absolute()) continue;
    // Under another name until it is locked: who looks for folders left behind would take one
    // between its making and its locking for such a one.
    std::string made = parent / fmt::format(".{}XXXXXX", kName);
    std::string reason;
    if (!fits_sockets(made)) {
      reason = "too long a name";
    } else if (::mkdtemp(made.data()) != nullptr) {  // 0700
      os::Fd lock(::open((std::filesystem::path(made) / kLock).c_str(),
                         O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
      // Where it cannot be locked, the folder is only not removed for us.
      if (lock) static_cast<void>(::flock(lock.get(), LOCK_EX | LOCK_NB));
      auto folder = parent / std::filesystem::path(made).filename().string().substr(1);
      if (::rename(made.c_str(), folder.c_str()) != 0) folder = made;
      remove_left_behind(parent);
      return RuntimeFolder(std::move(folder), std::move(lock));
    } else {
      reason = std::error_code(errno, std::generic_category()).message();
    }
    tried += fmt::format("{}{}: {}", tried.empty() ? "" : "; ", parent.string(), reason);
  }
  return fail(
      fmt::format("no folder for the kernel's sockets can be made ({}); set TMPDIR to a "
                  "short path that can be written",
                  tried));
}

RuntimeFolder::RuntimeFolder(std::filesystem::path path, os::Fd lock)
    : path_(std::move(path)), lock_(std::move(lock)) {}

RuntimeFolder::RuntimeFolder(RuntimeFolder&& other) noexcept
    : path_(std::exchange(other.path_, {})), lock_(std::move(other.lock_)) {}

RuntimeFolder& RuntimeFolder::operator=(RuntimeFolder&& other) noexcept {
  if (this == &other) return *this;
  remove();
  path_ = std::exchange(other.path_, {});
  lock_ = std::move(other.lock_);
  return *this;
}

RuntimeFolder::~RuntimeFolder() { remove(); }

void RuntimeFolder::remove() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace km::jupyter
