// Bytes of a file by offset: read in pieces, never held whole, never mapped (a file that shrinks
// while it is read would be SIGBUS).
#pragma once

#include "os/handle.h"
#include "result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace km::binary {

class Source {
 public:
  virtual ~Source() = default;
  virtual std::uint64_t size() const = 0;
  // How many bytes it could give; fewer than asked for at the end, 0 after an error.
  virtual std::size_t read(std::uint64_t offset, std::span<std::byte> into) = 0;

  // At most `size` bytes from `offset`; fewer at the end of the file.
  std::string bytes(std::uint64_t offset, std::size_t size);
};

class FileSource final : public Source {
 public:
  // A regular file; anything else is an error that says so ("it is no regular file"), without the
  // path, which the caller puts before it.
  static Result<FileSource> open(const std::filesystem::path& path);
  std::uint64_t size() const override { return size_; }
  std::size_t read(std::uint64_t offset, std::span<std::byte> into) override;
  int reads() const { return reads_; }  // system calls so far

 private:
  FileSource(os::Fd fd, std::uint64_t size) : fd_(std::move(fd)), size_(size) {}
  std::size_t read_file(std::uint64_t offset, std::span<std::byte> into);
  os::Fd fd_;
  std::uint64_t size_ = 0;
  int reads_ = 0;
  // The file's beginning, asked for by every reader of it: read once.
  std::vector<std::byte> head_;
};

// For tests and fuzzing; `text` must outlive it.
class MemorySource final : public Source {
 public:
  explicit MemorySource(std::string_view text) : text_(text) {}
  std::uint64_t size() const override { return text_.size(); }
  std::size_t read(std::uint64_t offset, std::span<std::byte> into) override;

 private:
  std::string_view text_;
};

}  // namespace km::binary
