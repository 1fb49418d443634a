// Whole files, read with a bound and written so that a reader sees the old or the new text, never
// half of it.
#pragma once

#include "os/handle.h"
#include "result.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace km::os {

// A regular file of at most `limit` bytes; a folder, a device or a larger file is an error that
// says so.
Result<std::string> read_file(const std::filesystem::path& path, std::int64_t limit);

// A file of /proc or /sys, whose size is not known before it is read; cut at `limit` bytes.
Result<std::string> read_pseudo_file(const std::filesystem::path& path,
                                     std::size_t limit = 1U << 20U);

// Written beside `path` (same folder), flushed to disk, renamed over it. Mode 0600 for a new file;
// where a file was there, its mode is kept; a symbolic link keeps pointing where it did, its target
// is written. On failure `path` is as it was and nothing is left beside it.
class AtomicFile {
 public:
  static Result<AtomicFile> create(const std::filesystem::path& path);
  AtomicFile(AtomicFile&&) noexcept = default;
  AtomicFile& operator=(AtomicFile&& other) noexcept;
  ~AtomicFile();  // removes what was not committed
  Result<> write(std::string_view part);
  Result<> commit();

 private:
  AtomicFile(std::filesystem::path path, std::filesystem::path beside, Fd fd);
  std::filesystem::path path_;
  std::filesystem::path beside_;
  Fd fd_;
};

// AtomicFile in one call.
Result<> write_file(const std::filesystem::path& path, std::string_view text);

// Did macOS mark it as downloaded by a browser or the like (com.apple.quarantine)? False elsewhere.
bool is_quarantined(const std::filesystem::path& path);

// A folder with mode 0700, parents included; a folder that is there is taken as it is.
Result<> make_private_folder(const std::filesystem::path& path);

}  // namespace km::os
