// Owns one OS handle; written once, so that no other class closes anything by hand.
#pragma once

#include <unistd.h>
#include <utility>

namespace km::os {

// Traits say what "none" is and how to close a value. Moving leaves "none" behind.
template <class Traits>
class Handle {
 public:
  using Value = typename Traits::Value;
  Handle() noexcept = default;
  explicit Handle(Value value) noexcept : value_(value) {}
  Handle(Handle&& other) noexcept : value_(other.release()) {}
  Handle& operator=(Handle&& other) noexcept {
    reset(other.release());  // closes what we held; safe on self-move
    return *this;
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { reset(); }
  explicit operator bool() const noexcept { return value_ != Traits::none; }
  Value get() const noexcept { return value_; }
  Value release() noexcept { return std::exchange(value_, Traits::none); }
  void reset(Value next = Traits::none) noexcept {
    if (value_ != Traits::none) Traits::close(value_);
    value_ = next;
  }

 private:
  Value value_ = Traits::none;
};

struct FdTraits {
  using Value = int;
  static constexpr int none = -1;
  static void close(int fd) noexcept { ::close(fd); }
};
using Fd = Handle<FdTraits>;

}  // namespace km::os
