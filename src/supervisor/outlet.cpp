// Pipes of the child as this side reads them.
#include "supervisor/outlet.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#include <sys/ioctl.h>

namespace km::supervisor {
namespace {

// Away from 0, 1 and 2: where those are closed, a pipe would land on them and be overwritten in the
// child.
Result<os::Fd> above_standard(int fd) {
  const os::Fd low(fd);
  os::Fd high(::fcntl(fd, F_DUPFD_CLOEXEC, 3));
  if (!high) return fail_errno("cannot make a pipe");
  return high;
}

}  // namespace

Result<os::Fd> Outlet::open(Outlet& outlet) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) return fail_errno("cannot make a pipe");
  auto read_end = above_standard(ends[0]);
  auto write_end = above_standard(ends[1]);
  if (!read_end) return read_end;
  if (!write_end) return write_end;
  if (::fcntl(read_end->get(), F_SETFL, O_NONBLOCK) != 0) return fail_errno("cannot make a pipe");
  outlet.fd_ = std::move(*read_end);
  return write_end;
}

std::string Outlet::take() {
  std::string text;
  if (!fd_) return text;
  std::array<char, kMostAtOnce> buffer{};
  const auto got = ::read(fd_.get(), buffer.data(), buffer.size());
  if (got > 0) return {buffer.data(), static_cast<std::size_t>(got)};
  if (got == 0 || (errno != EAGAIN && errno != EINTR)) fd_.reset();
  return text;
}

std::string Outlet::take_all_but_one() {
  int waiting = 0;
  if (!fd_ || ::ioctl(fd_.get(), FIONREAD, &waiting) != 0 || waiting < 2) return {};
  std::array<char, kMostAtOnce> buffer{};
  const auto wanted = std::min(buffer.size(), static_cast<std::size_t>(waiting) - 1);
  const auto got = ::read(fd_.get(), buffer.data(), wanted);
  return got > 0 ? std::string(buffer.data(), static_cast<std::size_t>(got)) : std::string();
}

void Outlet::keep(std::string_view text) {
  rest += text;
  if (rest.size() > kMostKept) rest.erase(0, rest.size() - kMostKept);
}

}  // namespace km::supervisor
