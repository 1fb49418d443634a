// Reads with a bound, writes beside and renames.
#include "os/file.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>

#include <sys/stat.h>

namespace km::os {
namespace {

constexpr mode_t kPrivateFile = 0600;
constexpr mode_t kPrivateFolder = 0700;

Result<std::size_t> read_some(int fd, char* into, std::size_t size, const std::string& context) {
  while (true) {
    const auto got = ::read(fd, into, size);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) return fail_errno(context);
  }
}

// Up to `limit` bytes of what is there.
Result<std::string> read_up_to(int fd, std::size_t limit, const std::string& context) {
  constexpr std::size_t kFirst = 4096;
  constexpr std::size_t kMostAtOnce = std::size_t{16} << 20U;
  std::string text;
  std::size_t size = 0;
  while (size < limit) {
    if (size == text.size()) {
      text.resize(std::min(limit, size + std::clamp(size, kFirst, kMostAtOnce)));
    }
    KM_ASSIGN(const auto got, read_some(fd, text.data() + size, text.size() - size, context));
    if (got == 0) break;
    size += got;
  }
  text.resize(size);
  return text;
}

// The file that a write to `path` would change. Links are followed by hand, since a dangling one
// counts too.
Result<std::filesystem::path> target_of(const std::filesystem::path& path) {
  constexpr int kMostLinks = 40;  // as the kernel
  auto target = path;
  for (int i = 0; i < kMostLinks; ++i) {
    std::error_code error;
    if (!std::filesystem::is_symlink(std::filesystem::symlink_status(target, error))) return target;
    const auto next = std::filesystem::read_symlink(target, error);
    if (error) return fail_errno("cannot write " + path.string(), error.value());
    target = target.parent_path() / next;  // an absolute `next` replaces it
  }
  return fail_errno("cannot write " + path.string(), ELOOP);
}

std::filesystem::path folder_of(const std::filesystem::path& file) {
  return file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
}

// The temporary name lies in the same folder, since only there rename is atomic; long names are cut
// to NAME_MAX.
std::string beside(const std::filesystem::path& target) {
  constexpr std::size_t kMostBytes = 200;
  return (folder_of(target) / ("." + target.filename().string().substr(0, kMostBytes) + ".XXXXXX"))
      .string();
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path, std::int64_t limit) {
  const auto context = "cannot read " + path.string();
  // Non-blocking: opening a FIFO nobody writes to would hang.
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return fail_errno(context);
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) return fail_errno(context);
  if (S_ISDIR(info.st_mode)) return fail_errno(context, EISDIR);
  if (!S_ISREG(info.st_mode)) return fail(context + ": it is not a regular file");
  const auto too_large = [&] {
    return fail(context + ": it is larger than the " + std::to_string(limit) + " bytes allowed");
  };
  if (info.st_size > limit) return too_large();
  // One byte more shows a file that grew meanwhile.
  const auto most = static_cast<std::size_t>(std::max<std::int64_t>(limit, 0)) + 1;
  KM_ASSIGN(auto text, read_up_to(fd.get(), most, context));
  if (text.size() == most) return too_large();
  return text;
}

Result<std::string> read_pseudo_file(const std::filesystem::path& path, std::size_t limit) {
  const auto context = "cannot read " + path.string();
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return fail_errno(context);
  return read_up_to(fd.get(), limit, context);
}

AtomicFile::AtomicFile(std::filesystem::path path, std::filesystem::path beside, Fd fd)
    : path_(std::move(path)), beside_(std::move(beside)), fd_(std::move(fd)) {}

// By swap: what we held and did not commit is removed with `other`.
AtomicFile& AtomicFile::operator=(AtomicFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(beside_, other.beside_);
  std::swap(fd_, other.fd_);
  return *this;
}

// An open descriptor says that there is something to remove; a moved-from object has none.
AtomicFile::~AtomicFile() {
  if (fd_) ::unlink(beside_.c_str());
}

Result<AtomicFile> AtomicFile::create(const std::filesystem::path& path) {
  const auto context = "cannot write " + path.string();
  KM_ASSIGN(const auto target, target_of(path));
  struct stat old {};
  const bool replaces = ::stat(target.c_str(), &old) == 0;
  if (replaces) {
    if (S_ISDIR(old.st_mode)) return fail_errno(context, EISDIR);
    // Rename would put a file in the place of a device.
    if (!S_ISREG(old.st_mode)) return fail(context + ": it is not a regular file");
    // Rename asks only for the folder's permission; who made the file read-only meant it.
    if (::access(target.c_str(), W_OK) != 0) return fail_errno(context);
  }
  auto name = beside(target);
  Fd fd(::mkostemp(name.data(), O_CLOEXEC));
  if (!fd) {
    return errno == ENOENT ? fail_errno(context + ": the folder " + folder_of(target).string())
                           : fail_errno(context);
  }
  AtomicFile file(target, name, std::move(fd));
  const mode_t mode = replaces ? old.st_mode & 0777U : kPrivateFile;
  // The owner only where we may (root on somebody's file); the mode after it, since chown may clear
  // bits.
  if (replaces && ::fchown(file.fd_.get(), old.st_uid, old.st_gid) != 0 && errno != EPERM) {
    return fail_errno(context);
  }
  if (::fchmod(file.fd_.get(), mode) != 0) return fail_errno(context);
  return file;
}

Result<> AtomicFile::write(std::string_view part) {
  while (!part.empty()) {
    const auto written = ::write(fd_.get(), part.data(), part.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail_errno("cannot write " + path_.string());
    part.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<> AtomicFile::commit() {
  const auto context = "cannot write " + path_.string();
  // Before the rename: otherwise a crash of the machine may leave the new name with no text.
  if (::fsync(fd_.get()) != 0) return fail_errno(context);
  if (::rename(beside_.c_str(), path_.c_str()) != 0) return fail_errno(context);
  fd_.reset();
  // Makes the rename itself durable; some file systems cannot, and the file is in place by now.
  const Fd folder(::open(folder_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder) ::fsync(folder.get());
  return {};
}

Result<> write_file(const std::filesystem::path& path, std::string_view text) {
  KM_ASSIGN(auto file, AtomicFile::create(path));
  KM_TRY(file.write(text));
  return file.commit();
}

Result<> make_private_folder(const std::filesystem::path& path) {
  const auto context = "cannot create the folder " + path.string();
  std::filesystem::path made;
  for (const auto& part : path) {
    made /= part;
    if (::mkdir(made.c_str(), kPrivateFolder) != 0 && errno != EEXIST && errno != EISDIR) {
      // A parent that is there need not be writable, nor answer with EEXIST (EROFS, EACCES).
      const int error = errno;
      struct stat info {};
      if (::stat(made.c_str(), &info) != 0 || !S_ISDIR(info.st_mode))
        return fail_errno(context, error);
    }
  }
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return fail_errno(context);
  if (!S_ISDIR(info.st_mode)) return fail_errno(context, ENOTDIR);
  return {};
}

}  // namespace km::os
