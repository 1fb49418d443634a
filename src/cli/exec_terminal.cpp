// Pseudo terminals by POSIX calls alone; openpty(3) lives in another header on every system.
#include "cli/exec_terminal.h"

#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

#include <sys/ioctl.h>

namespace km::cli {

bool ExecTerminal::is_whole_possible() {
  return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1 &&
         ::tcgetpgrp(STDIN_FILENO) == ::getpgrp();
}

Result<ExecTerminal> ExecTerminal::open(int real_fd, bool whole) {
  ExecTerminal terminal;
  terminal.real_fd_ = real_fd;
  terminal.whole_ = whole;
  if (::tcgetattr(real_fd, &terminal.saved_) != 0)
    return fail_errno("cannot read the terminal's settings");
  terminal.master_.reset(::posix_openpt(O_RDWR | O_NOCTTY));
  if (!terminal.master_) return fail_errno("cannot open a pseudo terminal");
  const int master = terminal.master();
  ::fcntl(master, F_SETFD, FD_CLOEXEC);
  ::fcntl(master, F_SETFL, O_RDWR | O_NONBLOCK);
  if (::grantpt(master) != 0 || ::unlockpt(master) != 0)
    return fail_errno("cannot open a pseudo terminal");
  const char* name = ::ptsname(master);
  if (name == nullptr) return fail_errno("cannot name a pseudo terminal");
  terminal.slave_.reset(::open(name, O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!terminal.slave_) return fail_errno("cannot open a pseudo terminal");
  auto settings = terminal.saved_;
  if (!whole) {
    // The real one still does its own output processing; twice would give "\r\r\n".
    settings.c_oflag &= ~static_cast<tcflag_t>(OPOST);
    settings.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  }
  ::tcsetattr(terminal.slave(), TCSANOW, &settings);
  terminal.follow_size();
  return terminal;
}

// The one that is left behind must not restore what it no longer stands for.
ExecTerminal::ExecTerminal(ExecTerminal&& other) noexcept
    : real_fd_(other.real_fd_),
      whole_(other.whole_),
      raw_(std::exchange(other.raw_, false)),
      saved_(other.saved_),
      master_(std::move(other.master_)),
      slave_(std::move(other.slave_)) {}

ExecTerminal::~ExecTerminal() { restore(); }

void ExecTerminal::make_raw() {
  // In the background this would stop us (SIGTTOU).
  if (!whole_ || raw_ || ::tcgetpgrp(real_fd_) != ::getpgrp()) return;
  auto settings = saved_;
  ::cfmakeraw(&settings);
  raw_ = ::tcsetattr(real_fd_, TCSADRAIN, &settings) == 0;
}

void ExecTerminal::restore() {
  if (raw_) ::tcsetattr(real_fd_, TCSADRAIN, &saved_);
  raw_ = false;
}

void ExecTerminal::follow_size() {
  winsize size{};
  if (::ioctl(real_fd_, TIOCGWINSZ, &size) == 0) ::ioctl(master(), TIOCSWINSZ, &size);
}

bool ExecTerminal::is_stop_key(char key, pid_t program) const {
  termios now{};
  if (!whole_ || ::tcgetattr(master(), &now) != 0 || (now.c_lflag & ISIG) == 0) return false;
  return static_cast<cc_t>(key) == now.c_cc[VSUSP] && ::tcgetpgrp(master()) == program;
}

}  // namespace km::cli
