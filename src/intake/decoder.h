// Bytes from wherever they come, unpacked and as UTF-8, read piece by piece.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace km::intake {

// What went wrong is a note, not an error: the bytes up to there are evidence all the same.
class ByteSource {
 public:
  ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  ByteSource(ByteSource&&) = delete;
  ByteSource& operator=(ByteSource&&) = delete;
  virtual ~ByteSource() = default;

  // Up to `size` bytes; 0: the end.
  virtual std::size_t read(char* into, std::size_t size) = 0;
};

// Until `size` bytes are there or the end is reached.
std::size_t read_full(ByteSource& source, char* into, std::size_t size);

// The same into a text that grows with what is there.
std::string read_up_to(ByteSource& source, std::size_t limit);

// Does not own the bytes.
class MemorySource : public ByteSource {
 public:
  explicit MemorySource(std::string_view bytes) : left_(bytes) {}
  std::size_t read(char* into, std::size_t size) override;

 private:
  std::string_view left_;
};

// Gives `begin` first: what was read to see what the rest is.
class ReplayedSource : public ByteSource {
 public:
  ReplayedSource(std::string begin, std::unique_ptr<ByteSource> rest)
      : begin_(std::move(begin)), rest_(std::move(rest)) {}
  std::size_t read(char* into, std::size_t size) override;

 private:
  std::string begin_;
  std::size_t given_ = 0;
  std::unique_ptr<ByteSource> rest_;
};

struct Decoded {
  std::unique_ptr<ByteSource> bytes;
  std::string head;  // the first bytes, up to kHeadBytes; `bytes` gives them too
  bool unpacked = false;
};
inline constexpr std::size_t kHeadBytes = std::size_t{64} * 1024;

// Takes off gzip and zstd, once more where one lies in the other, and UTF-16 and the byte order
// mark. What is damaged or cannot be unpacked is told in `notes`, which must outlive the result.
Decoded decoded(std::unique_ptr<ByteSource> raw, std::vector<std::string>& notes);

// The parts of it.
std::unique_ptr<ByteSource> from_gzip(std::unique_ptr<ByteSource> packed,
                                      std::vector<std::string>& notes);
std::unique_ptr<ByteSource> from_zstd(std::unique_ptr<ByteSource> packed,
                                      std::vector<std::string>& notes);
enum class Utf16 { no, little_endian, big_endian };
Utf16 utf16_of(std::string_view head);  // told by its mark, or by every second byte being zero
std::unique_ptr<ByteSource> from_utf16(std::unique_ptr<ByteSource> wide, Utf16 order);

// Cuts the strings of a JSON text to `limit` bytes and a few, so that it stays JSON: a notebook is
// mostly pictures.
std::unique_ptr<ByteSource> with_short_strings(std::unique_ptr<ByteSource> json, std::size_t limit);

}  // namespace km::intake
