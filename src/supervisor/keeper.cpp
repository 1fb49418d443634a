// The keeper's life: it waits on a lifeline without reading anything, so that no byte is taken from
// its elder.
#include "supervisor/keeper.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>
#include <utility>

#include <sys/socket.h>
#include <sys/wait.h>

namespace km::supervisor {
namespace {

constexpr std::size_t kMaxRoutes = 4;
constexpr char kRestored = 'r';
constexpr char kDropFirst = '0';  // '0' + number of the route

// --- From here to `live`: in the keeper, where nothing is allocated.

struct Held {
  std::array<Keeper::Route, kMaxRoutes> routes;
  const Keeper::Terminal* terminal = nullptr;
};

void drop(Keeper::Route& route) {
  if (route.from >= 0) ::close(route.from);
  route.from = -1;
}

// False where the reader has gone for good.
bool write_all(int fd, const char* bytes, std::size_t count) {
  while (count > 0) {
    const auto written = ::write(fd, bytes, count);
    if (written >= 0) {
      bytes += written;
      count -= static_cast<std::size_t>(written);
    } else if (errno == EAGAIN) {
      // The descriptor is shared with strangers who may have made it non-blocking.
      pollfd ready{fd, POLLOUT, 0};
      if (::poll(&ready, 1, -1) < 0 && errno != EINTR) return false;
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

// Until the elder has gone. Words are single bytes; the end of the file is his death.
void wait_on(int lifeline, Held& held) {
  while (true) {
    char word = 0;
    const auto got = ::read(lifeline, &word, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return;
    if (word == kRestored) held.terminal = nullptr;
    const auto route = static_cast<std::size_t>(word - kDropFirst);
    if (word >= kDropFirst && route < kMaxRoutes) drop(held.routes[route]);
  }
}

void copy_on(Held& held) {
  std::array<char, 65536> buffer{};
  while (true) {
    std::array<pollfd, kMaxRoutes> waiting{};
    bool any = false;
    for (std::size_t i = 0; i < kMaxRoutes; ++i) {
      waiting[i] = {held.routes[i].from, POLLIN, 0};
      any = any || held.routes[i].from >= 0;
    }
    if (!any) return;
    if (::poll(waiting.data(), waiting.size(), -1) < 0) {
      if (errno == EINTR) continue;
      return;
    }
    for (std::size_t i = 0; i < kMaxRoutes; ++i) {
      if (waiting[i].revents == 0) continue;
      const auto got = ::read(held.routes[i].from, buffer.data(), buffer.size());
      if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
      // A terminal whose last user has gone says EIO, a pipe says 0.
      if (got <= 0 || !write_all(held.routes[i].to, buffer.data(), static_cast<std::size_t>(got)))
        drop(held.routes[i]);
    }
  }
}

// Everything inherited that is not needed would be kept from closing: a pipe of the shell, a
// build's job server.
void close_others(int lifeline, const Held& held) {
  const auto needed = [&](int fd) {
    if (fd == lifeline || (held.terminal != nullptr && fd == held.terminal->fd)) return true;
    return std::any_of(held.routes.begin(), held.routes.end(), [fd](const Keeper::Route& route) {
      return fd == route.from || fd == route.to;
    });
  };
  const auto end = static_cast<int>(std::min(::sysconf(_SC_OPEN_MAX), 4096L));
  for (int fd = 0; fd < end; ++fd) {
    if (!needed(fd)) ::close(fd);
  }
}

[[noreturn]] void live(int lifeline, const Keeper::Plan& plan) {
  // Out of the elder's session and group: what is sent to those, a Ctrl-C or a kill, is not for the
  // keeper.
  ::setsid();
  for (const int number :
       {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGUSR1, SIGUSR2, SIGTTOU, SIGTTIN, SIGTSTP}) {
    struct sigaction ignored {};
    ignored.sa_handler = SIG_IGN;
    ::sigaction(number, &ignored, nullptr);
  }
  Held held{{}, plan.terminal ? &*plan.terminal : nullptr};
  std::copy(plan.routes.begin(), plan.routes.end(), held.routes.begin());
  close_others(lifeline, held);
  wait_on(lifeline, held);
  if (held.terminal != nullptr) ::tcsetattr(held.terminal->fd, TCSANOW, &held.terminal->settings);
  copy_on(held);
  ::_exit(0);
}

}  // namespace

Result<Keeper> Keeper::start(const Plan& plan) {
  if (plan.routes.size() > kMaxRoutes) return fail("too many routes for the keeper");
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) != 0)
    return fail_errno("cannot make the keeper's lifeline");
  os::Fd ours(ends[0]);
  const os::Fd theirs(ends[1]);
  ::fcntl(ours.get(), F_SETFD, FD_CLOEXEC);
  ::fcntl(theirs.get(), F_SETFD, FD_CLOEXEC);
  const pid_t pid = ::fork();
  if (pid < 0) return fail_errno("cannot start the keeper");
  if (pid == 0) {
    ours.reset();
    live(theirs.get(), plan);
  }
  Keeper keeper(pid, std::move(ours));
  keeper.open_routes_ = plan.routes.size();
  return keeper;
}

Keeper::~Keeper() {
  if (!lifeline_) return;
  lifeline_.reset();
  // With every route dropped it ends at once; else it lives on by itself and is nobody's to wait
  // for.
  if (open_routes_ > 0) return;
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

// MSG_NOSIGNAL: a keeper that was killed must not end us.
void Keeper::say(char word) const {
  ::send(lifeline_.get(), &word, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void Keeper::drop(std::size_t route) {
  if (open_routes_ > 0) --open_routes_;
  say(static_cast<char>(kDropFirst + route));
}

void Keeper::restored() { say(kRestored); }

}  // namespace km::supervisor
