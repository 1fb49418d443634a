#include "binary/source.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

#include <sys/stat.h>

namespace km::binary {
namespace {

constexpr std::size_t kHead = 4096;

tl::unexpected<Error> fail_with(int error) {
  const std::error_code code(error, std::generic_category());
  return tl::make_unexpected(Error{code.message(), code});
}

}  // namespace

std::string Source::bytes(std::uint64_t offset, std::size_t size) {
  if (offset >= this->size()) return {};
  const auto left = this->size() - offset;
  std::string text(static_cast<std::size_t>(std::min<std::uint64_t>(size, left)), '\0');
  text.resize(read(offset, std::as_writable_bytes(std::span<char>(text.data(), text.size()))));
  return text;
}

Result<FileSource> FileSource::open(const std::filesystem::path& path) {
  // O_NONBLOCK: a FIFO must not hold us up before it is found to be one.
  os::Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd) return fail_with(errno);
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return fail_with(errno);
  if (!S_ISREG(status.st_mode)) return fail("it is no regular file");
  return FileSource(std::move(fd), static_cast<std::uint64_t>(status.st_size));
}

std::size_t FileSource::read(std::uint64_t offset, std::span<std::byte> into) {
  if (offset > kHead || into.size() > kHead - offset) return read_file(offset, into);
  if (head_.empty()) {
    head_.resize(kHead);
    head_.resize(read_file(0, head_));
  }
  if (offset >= head_.size()) return 0;
  const auto got = std::min(into.size(), head_.size() - static_cast<std::size_t>(offset));
  std::memcpy(into.data(), head_.data() + offset, got);
  return got;
}

std::size_t FileSource::read_file(std::uint64_t offset, std::span<std::byte> into) {
  std::size_t got = 0;
  while (got < into.size()) {
    ++reads_;
    const ssize_t part =
        ::pread(fd_.get(), into.data() + got, into.size() - got, static_cast<off_t>(offset + got));
    if (part < 0 && errno == EINTR) continue;
    if (part <= 0) break;
    got += static_cast<std::size_t>(part);
  }
  return got;
}

std::size_t MemorySource::read(std::uint64_t offset, std::span<std::byte> into) {
  if (offset >= text_.size()) return 0;
  const std::size_t size = std::min(into.size(), text_.size() - static_cast<std::size_t>(offset));
  std::memcpy(into.data(), text_.data() + offset, size);
  return size;
}

}  // namespace km::binary
