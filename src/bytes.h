// A cursor over bytes that cannot leave its bounds: what every parser of foreign bytes reads
// through.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

namespace km {

// Does not own the bytes; they must outlive it. Every read past the end gives nullopt and moves
// nothing.
class Bytes {
 public:
  Bytes() = default;
  explicit Bytes(std::span<const std::byte> bytes) : bytes_(bytes) {}
  explicit Bytes(std::string_view text)
      : bytes_(std::as_bytes(std::span(text.data(), text.size()))) {}

  std::size_t size() const { return bytes_.size(); }
  std::size_t offset() const { return offset_; }
  std::size_t left() const { return bytes_.size() - offset_; }

  // False, and no move, where `offset` lies behind the end.
  bool seek(std::uint64_t offset) {
    if (offset > bytes_.size()) return false;
    offset_ = static_cast<std::size_t>(offset);
    return true;
  }
  bool skip(std::uint64_t count) { return count <= left() && seek(offset_ + count); }

  // The next sizeof(T) bytes as they lie there; `swap` turns them from the other byte order.
  template <class T>
  std::optional<T> read(bool swap = false) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (left() < sizeof(T)) return std::nullopt;
    T value;
    std::memcpy(&value, bytes_.data() + offset_, sizeof(T));
    offset_ += sizeof(T);
    if constexpr (std::is_integral_v<T>) {
      if (swap) value = swapped(value);
    }
    return value;
  }

  // `count` bytes, without a copy.
  std::optional<std::span<const std::byte>> take(std::uint64_t count) {
    if (count > left()) return std::nullopt;
    const auto part = bytes_.subspan(offset_, static_cast<std::size_t>(count));
    offset_ += part.size();
    return part;
  }

  // A part of the whole, independent of the cursor; nothing where it does not lie inside.
  std::optional<Bytes> slice(std::uint64_t offset, std::uint64_t count) const {
    if (offset > bytes_.size() || count > bytes_.size() - offset) return std::nullopt;
    return Bytes(bytes_.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(count)));
  }

  // The text from `offset` to the next NUL (or to the end), independent of the cursor.
  std::optional<std::string_view> c_string(std::uint64_t offset) const {
    if (offset >= bytes_.size()) return std::nullopt;
    const auto* begin = static_cast<const char*>(static_cast<const void*>(bytes_.data())) + offset;
    return std::string_view(begin,
                            ::strnlen(begin, bytes_.size() - static_cast<std::size_t>(offset)));
  }

 private:
  template <class T>
  static T swapped(T value) {
    T turned = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      turned = static_cast<T>(static_cast<std::make_unsigned_t<T>>(turned) << 8U |
                              (static_cast<std::make_unsigned_t<T>>(value) & 0xffU));
      value = static_cast<T>(static_cast<std::make_unsigned_t<T>>(value) >> 8U);
    }
    return turned;
  }

  std::span<const std::byte> bytes_;
  std::size_t offset_ = 0;
};

}  // namespace km
