// The self-pipe: a handler may do little more than write(2), so it writes the signal's number into
// a pipe.
#include "os/signals.h"

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace km::os {
namespace {

std::atomic<int> pipe_of_handler{-1};
static_assert(std::atomic<int>::is_always_lock_free, "used inside a signal handler");

void write_number(int number) {
  const int saved = errno;
  const int fd = pipe_of_handler.load();
  const auto byte = static_cast<unsigned char>(number);
  // A full pipe means that the loop has not read thousands of signals; one more tells it nothing
  // new.
  if (fd >= 0 && ::write(fd, &byte, 1) < 0) errno = 0;
  errno = saved;
}

bool prepare(int fd) {
  return ::fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 && ::fcntl(fd, F_SETFL, O_NONBLOCK) == 0;
}

}  // namespace

Result<Signals> Signals::take_over() {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) return fail_errno("cannot make a pipe for signals");
  Fd read_end(ends[0]);
  Fd write_end(ends[1]);
  if (!prepare(ends[0]) || !prepare(ends[1]))
    return fail_errno("cannot prepare the pipe for signals");
  return Signals(std::move(read_end), std::move(write_end));
}

Signals::Signals(Fd read_end, Fd write_end)
    : read_end_(std::move(read_end)), write_end_(std::move(write_end)) {
  pipe_of_handler = write_end_.get();
  for (std::size_t i = 0; i < kTaken.size(); ++i) {
    ::sigaction(kTaken[i], nullptr, &before_[i]);
    if (before_[i].sa_handler == SIG_IGN) continue;
    struct sigaction action {};
    action.sa_handler = kTaken[i] == SIGPIPE ? SIG_IGN : write_number;
    action.sa_flags = SA_RESTART;
    sigfillset(&action.sa_mask);
    ::sigaction(kTaken[i], &action, nullptr);
  }
}

Signals::Signals(Signals&& other) noexcept
    : read_end_(std::move(other.read_end_)),
      write_end_(std::move(other.write_end_)),
      before_(other.before_) {}

Signals::~Signals() {
  if (!write_end_) return;  // moved from
  for (std::size_t i = 0; i < kTaken.size(); ++i) ::sigaction(kTaken[i], &before_[i], nullptr);
  pipe_of_handler = -1;
}

std::optional<int> Signals::next() const {
  unsigned char byte = 0;
  if (::read(read_end_.get(), &byte, 1) != 1) return std::nullopt;
  return byte;
}

}  // namespace km::os
