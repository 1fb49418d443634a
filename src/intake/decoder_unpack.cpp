// gzip and zstd, read as a stream: any number of members or frames, kept up to where they break.
#include "intake/decoder.h"

#include <algorithm>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

namespace km::intake {
namespace {

constexpr std::size_t kPackedBytes = std::size_t{64} * 1024;

// The packed side of an unpacker.
class Input {
 public:
  explicit Input(std::unique_ptr<ByteSource> source)
      : source_(std::move(source)), buffer_(kPackedBytes, '\0') {}
  // The bytes not used yet; empty: the end.
  std::string_view bytes() {
    if (left_.empty())
      left_ = std::string_view(buffer_.data(), source_->read(buffer_.data(), buffer_.size()));
    return left_;
  }
  void use_all_but(std::size_t rest) { left_.remove_prefix(left_.size() - rest); }

 private:
  std::unique_ptr<ByteSource> source_;
  std::string buffer_;
  std::string_view left_;
};

// What both unpackers do with damage: told once, and the end from then on.
class Unpacker : public ByteSource {
 public:
  Unpacker(std::unique_ptr<ByteSource> packed, std::string format, std::vector<std::string>& notes)
      : input_(std::move(packed)), format_(std::move(format)), notes_(notes) {}

 protected:
  Input& input() { return input_; }
  bool done() const { return done_; }
  void finish() { done_ = true; }
  void finish_damaged(std::string_view why) {
    done_ = true;
    notes_.push_back("its " + format_ + " data " + std::string(why) +
                     "; what could be unpacked before was read");
  }

 private:
  Input input_;
  std::string format_;
  std::vector<std::string>& notes_;
  bool done_ = false;
};

class GzipSource : public Unpacker {
 public:
  GzipSource(std::unique_ptr<ByteSource> packed, std::vector<std::string>& notes)
      : Unpacker(std::move(packed), "gzip", notes) {
    constexpr int kGzipOnly = 16;
    if (inflateInit2(&stream_, MAX_WBITS + kGzipOnly) != Z_OK)
      finish_damaged("could not be unpacked: no memory");
  }
  GzipSource(const GzipSource&) = delete;
  GzipSource& operator=(const GzipSource&) = delete;
  GzipSource(GzipSource&&) = delete;
  GzipSource& operator=(GzipSource&&) = delete;
  ~GzipSource() override { inflateEnd(&stream_); }

  std::size_t read(char* into, std::size_t size) override {
    size = std::min(size, std::size_t{1} << 30U);  // zlib counts in 32 bits
    stream_.next_out = bytes_of(into);
    stream_.avail_out = static_cast<uInt>(size);
    while (!done() && stream_.avail_out == size) step();
    return size - stream_.avail_out;
  }

 private:
  static Bytef* bytes_of(char* text) { return static_cast<Bytef*>(static_cast<void*>(text)); }

  void step() {
    const std::string_view packed = input().bytes();
    if (between_members_) {
      // As gzip does: zeros that pad a tape block, or other bytes behind the data, are no data.
      if (packed.empty() || packed.front() != '\x1f') return finish();
      between_members_ = false;
    }
    if (packed.empty()) return finish_damaged("ends in the middle");
    stream_.next_in = bytes_of(const_cast<char*>(packed.data()));  // NOLINT: zlib only reads it
    stream_.avail_in = static_cast<uInt>(packed.size());
    const int outcome = inflate(&stream_, Z_NO_FLUSH);
    input().use_all_but(stream_.avail_in);
    if (outcome == Z_STREAM_END) {
      between_members_ = true;
      inflateReset(&stream_);
    } else if (outcome != Z_OK && outcome != Z_BUF_ERROR) {
      finish_damaged("is damaged");
    }
  }

  z_stream stream_{};
  bool between_members_ = false;
};

class ZstdSource : public Unpacker {
 public:
  ZstdSource(std::unique_ptr<ByteSource> packed, std::vector<std::string>& notes)
      : Unpacker(std::move(packed), "zstd", notes), context_(ZSTD_createDCtx()) {
    // 32 MiB: more than every level asks for, except the "ultra" and "long" ones.
    constexpr int kWindowLog = 25;
    if (context_ == nullptr) {
      finish_damaged("could not be unpacked: no memory");
      return;
    }
    ZSTD_DCtx_setParameter(context_, ZSTD_d_windowLogMax, kWindowLog);
  }
  ZstdSource(const ZstdSource&) = delete;
  ZstdSource& operator=(const ZstdSource&) = delete;
  ZstdSource(ZstdSource&&) = delete;
  ZstdSource& operator=(ZstdSource&&) = delete;
  ~ZstdSource() override { ZSTD_freeDCtx(context_); }

  std::size_t read(char* into, std::size_t size) override {
    ZSTD_outBuffer out{into, size, 0};
    while (!done() && out.pos == 0) {
      const std::string_view packed = input().bytes();
      if (packed.empty() && !in_frame_) {
        finish();
        break;
      }
      ZSTD_inBuffer in{packed.data(), packed.size(), 0};
      const std::size_t wanted = ZSTD_decompressStream(context_, &out, &in);
      input().use_all_but(in.size - in.pos);
      if (ZSTD_isError(wanted) != 0) {
        finish_damaged(ZSTD_getErrorCode(wanted) == ZSTD_error_frameParameter_windowTooLarge
                           ? "needs more memory than is used here (unpack it first: zstd -dk FILE)"
                           : "is damaged");
      } else if (packed.empty() && out.pos == 0) {
        finish_damaged("ends in the middle");
      }
      in_frame_ = wanted != 0;
    }
    return out.pos;
  }

 private:
  ZSTD_DCtx* context_;
  bool in_frame_ = false;
};

}  // namespace

std::unique_ptr<ByteSource> from_gzip(std::unique_ptr<ByteSource> packed,
                                      std::vector<std::string>& notes) {
  return std::make_unique<GzipSource>(std::move(packed), notes);
}

std::unique_ptr<ByteSource> from_zstd(std::unique_ptr<ByteSource> packed,
                                      std::vector<std::string>& notes) {
  return std::make_unique<ZstdSource>(std::move(packed), notes);
}

}  // namespace km::intake
