// UTF-16, as Windows' PowerShell writes redirected output, to UTF-8.
#include "intake/decoder.h"
#include "intake/decoder_line.h"
#include "jupyter/utf8.h"

#include <algorithm>
#include <cstdint>

namespace km::intake {
namespace {

constexpr std::uint32_t kReplacementCode = 0xFFFD;

bool is_high(std::uint32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool is_low(std::uint32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

class Utf16Source : public ByteSource {
 public:
  Utf16Source(std::unique_ptr<ByteSource> wide, Utf16 order)
      : wide_(std::move(wide)), order_(order) {}

  std::size_t read(char* into, std::size_t size) override {
    while (given_ == text_.size()) {
      if (ended_) return 0;
      refill();
    }
    const std::size_t count = std::min(size, text_.size() - given_);
    std::copy_n(&text_[given_], count, into);
    given_ += count;
    return count;
  }

 private:
  void refill() {
    constexpr std::size_t kUnits = std::size_t{16} * 1024;
    text_.clear();
    given_ = 0;
    std::string pairs(2 * kUnits, '\0');
    pairs.resize(read_full(*wide_, pairs.data(), pairs.size()));
    ended_ = pairs.size() < 2 * kUnits;
    for (std::size_t i = 0; i + 1 < pairs.size(); i += 2) take(unit_at(pairs, i));
    // Half a character at the end of the file.
    if (ended_ && (high_ != 0 || pairs.size() % 2 != 0))
      jupyter::append_utf8(kReplacementCode, text_);
  }

  std::uint32_t unit_at(std::string_view pairs, std::size_t at) const {
    const std::uint32_t first = static_cast<unsigned char>(pairs[at]);
    const std::uint32_t second = static_cast<unsigned char>(pairs[at + 1]);
    return order_ == Utf16::big_endian ? first << 8U | second : second << 8U | first;
  }

  void take(std::uint32_t unit) {
    if (high_ != 0 && is_low(unit)) {
      jupyter::append_utf8(0x10000 + ((high_ - 0xD800) << 10U) + (unit - 0xDC00), text_);
      high_ = 0;
      return;
    }
    if (high_ != 0) jupyter::append_utf8(kReplacementCode, text_);
    high_ = is_high(unit) ? unit : 0;
    if (high_ == 0) jupyter::append_utf8(is_low(unit) ? kReplacementCode : unit, text_);
  }

  std::unique_ptr<ByteSource> wide_;
  Utf16 order_;
  std::string text_;
  std::size_t given_ = 0;
  std::uint32_t high_ = 0;  // a first half that waits for its second
  bool ended_ = false;
};

}  // namespace

Utf16 utf16_of(std::string_view head) {
  if (head.starts_with("\xff\xfe")) return Utf16::little_endian;
  if (head.starts_with("\xfe\xff")) return Utf16::big_endian;
  // Text that is mostly ASCII has a zero in nearly every second place and hardly any elsewhere.
  constexpr std::size_t kEnough = 8;
  head = head.substr(0, 4096);
  std::size_t even = 0;
  std::size_t odd = 0;
  for (std::size_t i = 0; i + 1 < head.size(); i += 2) {
    even += head[i] == '\0' ? 1 : 0;
    odd += head[i + 1] == '\0' ? 1 : 0;
  }
  const std::size_t units = head.size() / 2;
  if (units < kEnough) return Utf16::no;
  if (odd >= units * 6 / 10 && even <= units / 50) return Utf16::little_endian;
  if (even >= units * 6 / 10 && odd <= units / 50) return Utf16::big_endian;
  return Utf16::no;
}

std::unique_ptr<ByteSource> from_utf16(std::unique_ptr<ByteSource> wide, Utf16 order) {
  return std::make_unique<Utf16Source>(std::move(wide), order);
}

}  // namespace km::intake
