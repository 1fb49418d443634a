// Cuts long strings out of a JSON text while it streams past.
#include "intake/decoder.h"

namespace km::intake {
namespace {

class ShortStrings : public ByteSource {
 public:
  ShortStrings(std::unique_ptr<ByteSource> json, std::size_t limit)
      : json_(std::move(json)), limit_(limit) {}

  std::size_t read(char* into, std::size_t size) override {
    while (true) {
      const std::size_t got = json_->read(into, size);
      if (got == 0) return 0;
      std::size_t kept = 0;
      for (std::size_t i = 0; i < got; ++i) {
        if (!is_left_out(into[i])) into[kept++] = into[i];
      }
      if (kept > 0) return kept;
    }
  }

 private:
  bool is_left_out(char byte) {
    if (!inside_) {
      inside_ = byte == '"';
      length_ = 0;
      dropping_ = false;
      return false;
    }
    ++length_;
    const bool escaped = escape_left_ > 0;
    if (escaped) {
      --escape_left_;
      if (escape_begun_ && byte == 'u') escape_left_ = 4;
      escape_begun_ = false;
    } else if (byte == '\\') {
      escape_left_ = 1;
      escape_begun_ = true;
    } else if (byte == '"') {
      inside_ = false;
      return false;
    }
    // Neither an escape nor a character of several bytes may be cut in two, nor the two escapes of
    // one character; behind a plain character all are at their end.
    const bool plain = !escaped && byte != '\\' && static_cast<unsigned char>(byte) < 0x80;
    dropping_ |= length_ > limit_ && plain;
    return dropping_;
  }

  std::unique_ptr<ByteSource> json_;
  std::size_t limit_;
  bool inside_ = false;  // of a string
  bool dropping_ = false;
  bool escape_begun_ = false;  // by the byte before
  int escape_left_ = 0;        // bytes that still belong to an escape
  std::size_t length_ = 0;     // of the string so far
};

}  // namespace

std::unique_ptr<ByteSource> with_short_strings(std::unique_ptr<ByteSource> json,
                                               std::size_t limit) {
  return std::make_unique<ShortStrings>(std::move(json), limit);
}

}  // namespace km::intake
