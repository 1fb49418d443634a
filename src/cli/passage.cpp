// Writing with back-pressure to descriptors that belong to others, and must stay blocking for their
// sake.
#include "cli/passage.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <poll.h>
#include <unistd.h>

namespace km::cli {

bool Passage::write_at_most(std::size_t count) {
  const auto left = pending_.size() - written_;
  const auto now = ::write(to_, pending_.data() + written_, std::min(count, left));
  if (now < 0 && (errno == EINTR || errno == EAGAIN)) return true;
  if (now >= 0) written_ += static_cast<std::size_t>(now);
  if (now < 0 || written_ == pending_.size()) {
    pending_.clear();
    written_ = 0;
  }
  return now >= 0;
}

// A writable pipe has room for PIPE_BUF bytes (POSIX, poll); for files the number makes no
// difference.
bool Passage::write_some() { return pending_.empty() || write_at_most(PIPE_BUF); }

bool Passage::write_all() {
  while (!pending_.empty()) {
    pollfd ready{to_, POLLOUT, 0};
    if (::poll(&ready, 1, -1) < 0 && errno != EINTR) return false;
    if (!write_at_most(pending_.size())) return false;
  }
  return true;
}

}  // namespace km::cli
