// Looks at the first bytes and puts the decoders they ask for one upon the other.
#include "intake/decoder.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace km::intake {
namespace {

constexpr std::string_view kGzip = "\x1f\x8b";
constexpr std::string_view kZstd = "\x28\xb5\x2f\xfd";
constexpr std::string_view kMark = "\xef\xbb\xbf";

struct Packer {
  std::string_view magic;
  std::string_view name;
  std::string_view unpack;
};
constexpr std::array<Packer, 5> kOthers{{{"\xfd"
                                          "7zXZ",
                                          "xz", "xz -dk FILE"},
                                         {"BZh", "bzip2", "bzip2 -dk FILE"},
                                         {"PK\x03\x04", "zip", "unzip FILE"},
                                         {"7z\xbc\xaf\x27\x1c", "7z", "7z x FILE"},
                                         {"\x04\x22\x4d\x18", "lz4", "lz4 -d FILE"}}};

// What the source gives first, and a source that gives it again.
std::string peek(std::unique_ptr<ByteSource>& source) {
  std::string head = read_up_to(*source, kHeadBytes);
  source = std::make_unique<ReplayedSource>(head, std::move(source));
  return head;
}

}  // namespace

std::size_t read_full(ByteSource& source, char* into, std::size_t size) {
  std::size_t have = 0;
  while (have < size) {
    const std::size_t got = source.read(into + have, size - have);
    if (got == 0) break;
    have += got;
  }
  return have;
}

std::string read_up_to(ByteSource& source, std::size_t limit) {
  constexpr std::size_t kFirst = 8192;
  std::string text;
  std::size_t have = 0;
  while (have == text.size() && have < limit) {
    text.resize(std::min(limit, std::max(kFirst, 2 * have)));
    have += read_full(source, text.data() + have, text.size() - have);
  }
  text.resize(have);
  return text;
}

std::size_t MemorySource::read(char* into, std::size_t size) {
  const std::size_t count = std::min(size, left_.size());
  if (count == 0) return 0;
  std::memcpy(into, left_.data(), count);
  left_.remove_prefix(count);
  return count;
}

std::size_t ReplayedSource::read(char* into, std::size_t size) {
  if (given_ == begin_.size()) return rest_->read(into, size);
  const std::size_t count = std::min(size, begin_.size() - given_);
  std::memcpy(into, begin_.data() + given_, count);
  given_ += count;
  if (given_ == begin_.size()) {
    begin_ = {};
    given_ = 0;
  }
  return count;
}

Decoded decoded(std::unique_ptr<ByteSource> raw, std::vector<std::string>& notes) {
  constexpr int kLayers = 2;
  Decoded result{std::move(raw), {}, false};
  result.head = peek(result.bytes);
  for (int layer = 0; layer < kLayers; ++layer) {
    if (result.head.starts_with(kGzip)) {
      result.bytes = from_gzip(std::move(result.bytes), notes);
    } else if (result.head.starts_with(kZstd)) {
      result.bytes = from_zstd(std::move(result.bytes), notes);
    } else {
      break;
    }
    result.unpacked = true;
    result.head = peek(result.bytes);
  }
  for (const Packer& other : kOthers) {
    if (!result.head.starts_with(other.magic)) continue;
    notes.push_back("it is packed with " + std::string(other.name) +
                    "; unpack it first: " + std::string(other.unpack));
  }
  if (const Utf16 order = utf16_of(result.head); order != Utf16::no) {
    result.bytes = from_utf16(std::move(result.bytes), order);
    result.head = peek(result.bytes);
  }
  if (result.head.starts_with(kMark)) {
    std::array<char, kMark.size()> mark{};
    read_full(*result.bytes, mark.data(), mark.size());
    result.head.erase(0, kMark.size());
  }
  return result;
}

}  // namespace km::intake
