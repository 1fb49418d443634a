// One loop, one thread: poll, then whatever is ready.
#include "cli/exec_loop.h"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <string_view>
#include <unistd.h>
#include <utility>

#include <sys/stat.h>

namespace km::cli {
namespace {

constexpr std::size_t kKeysBytes = 4096;  // what a terminal holds of a line (Linux, N_TTY_BUF_SIZE)

bool is_terminal(int fd) { return ::isatty(fd) == 1; }

// One file, pipe or terminal behind both: what goes there must keep its order.
bool is_same_file(int a, int b) {
  struct stat of_a {};
  struct stat of_b {};
  if (::fstat(a, &of_a) != 0 || ::fstat(b, &of_b) != 0) return false;
  return of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino && of_a.st_rdev == of_b.st_rdev;
}

// A descriptor that is closed would be given to the next pipe we open, and then to the program.
void open_missing_standard_fds() {
  int fd = ::open("/dev/null", O_RDWR);
  while (fd >= 0 && fd <= STDERR_FILENO) fd = ::dup(fd);
  if (fd >= 0) ::close(fd);
}

}  // namespace

void ExecLoop::choose_streams(supervisor::LifetimePlan& plan) {
  plan.outlives_us = true;
  plan.passthrough_stdout = STDOUT_FILENO;
  plan.passthrough_stderr = STDERR_FILENO;
  passages_ = {Passage(STDOUT_FILENO), Passage(STDERR_FILENO)};
  plan.one_pipe = is_same_file(STDOUT_FILENO, STDERR_FILENO) ||
                  (is_terminal(STDOUT_FILENO) && is_terminal(STDERR_FILENO));
}

Result<> ExecLoop::open_terminal(supervisor::LifetimePlan& plan, int real_fd) {
  const bool whole = ExecTerminal::is_whole_possible();
  KM_ASSIGN(auto terminal, ExecTerminal::open(real_fd, whole));
  terminal_.emplace(std::move(terminal));
  terminal_stream_ = real_fd == STDOUT_FILENO ? 0 : 1;
  auto& child = plan.child;
  if (real_fd == STDOUT_FILENO) child.stdout_fd = terminal_->slave();
  if (real_fd == STDERR_FILENO || plan.one_pipe) child.stderr_fd = terminal_->slave();
  if (!whole) return {};
  child.stdin_fd = terminal_->slave();
  child.new_session = true;
  child.terminal = true;
  return {};
}

// Without it a program would still run; only after a kill of kernelmedic would its output be lost.
void ExecLoop::start_keeper() {
  supervisor::Keeper::Plan kept;
  kept.routes.push_back({terminal_->master(), passages_[*terminal_stream_].to()});
  if (terminal_->whole()) kept.terminal = {STDIN_FILENO, terminal_->settings()};
  if (auto started = supervisor::Keeper::start(kept)) keeper_.emplace(std::move(*started));
}

Result<std::unique_ptr<ExecLoop>> ExecLoop::start(supervisor::LifetimePlan plan) {
  open_missing_standard_fds();
  std::unique_ptr<ExecLoop> loop(new ExecLoop);
  loop->choose_streams(plan);
  const int real_fd = is_terminal(STDOUT_FILENO) ? STDOUT_FILENO : STDERR_FILENO;
  // No pseudo terminal to be had (a container without /dev/pts): pipes do, only that the program
  // sees them.
  if (is_terminal(real_fd) && !loop->open_terminal(plan, real_fd)) loop->terminal_.reset();
  if (loop->terminal_) loop->start_keeper();
  KM_ASSIGN(auto signals, ExecSignals::take_over(loop->terminal_ && loop->terminal_->whole()));
  loop->signals_.emplace(std::move(signals));
  KM_ASSIGN(loop->life_, supervisor::Lifetime::start(std::move(plan)));
  if (loop->terminal_) loop->terminal_->close_slave();
  return loop;
}

supervisor::Lifetime::End ExecLoop::run() {
  if (terminal_) terminal_->make_raw();
  while (true) {
    pollfd death{life_->death_fd(), POLLIN, 0};
    if (::poll(&death, 1, 0) == 1) break;
    turn();
  }
  drain();
  if (terminal_) terminal_->restore();
  if (keeper_) keeper_->restored();
  return life_->finish("program");
}

int ExecLoop::source_of(std::size_t stream) const {
  if (terminal_stream_ == stream) return terminal_ ? terminal_->master() : -1;
  return stream == 0 ? life_->stdout_fd() : life_->stderr_fd();
}

void ExecLoop::turn() {
  const auto reading = [this](std::size_t stream) {
    return passages_[stream].empty() ? source_of(stream) : -1;
  };
  const auto writing = [this](std::size_t stream) {
    return passages_[stream].empty() ? -1 : passages_[stream].to();
  };
  const bool takes_keys = terminal_ && terminal_->is_raw() && !keys_ended_;
  std::array<pollfd, 8> waiting{{{life_->death_fd(), POLLIN, 0},
                                 {signals_->fd(), POLLIN, 0},
                                 {reading(0), POLLIN, 0},
                                 {reading(1), POLLIN, 0},
                                 {writing(0), POLLOUT, 0},
                                 {writing(1), POLLOUT, 0},
                                 {takes_keys && keys_.empty() ? STDIN_FILENO : -1, POLLIN, 0},
                                 {keys_.empty() ? -1 : terminal_->master(), POLLOUT, 0}}};
  if (::poll(waiting.data(), waiting.size(), -1) < 0)
    return;  // EINTR: the signal waits in its pipe
  if (waiting[1].revents != 0) {
    while (const auto came = signals_->next()) handle(*came);
  }
  for (const std::size_t stream : {std::size_t{0}, std::size_t{1}}) {
    if (waiting[4 + stream].revents != 0 && !passages_[stream].write_some()) lose(stream);
    if (waiting[2 + stream].revents != 0) read_output(stream);
  }
  if (waiting[6].revents != 0) read_keys();
  if (waiting[7].revents != 0) write_keys();
}

std::size_t ExecLoop::read_output(std::size_t stream) {
  auto text = terminal_stream_ == stream ? read_master() : life_->take(source_of(stream));
  const auto count = text.size();
  passages_[stream].put(std::move(text));
  return count;
}

std::string ExecLoop::read_master() {
  std::array<char, 65536> buffer{};
  const auto got = ::read(terminal_->master(), buffer.data(), buffer.size());
  if (got > 0) {
    std::string text(buffer.data(), static_cast<std::size_t>(got));
    life_->words(text);
    return text;
  }
  // EIO: the program and all its children have closed it.
  if (got == 0 || (errno != EAGAIN && errno != EINTR)) lose(*terminal_stream_);
  return {};
}

void ExecLoop::lose(std::size_t stream) {
  if (terminal_stream_ != stream) return life_->close_output(source_of(stream));
  terminal_->close_master();
  keys_.clear();
  keys_ended_ = true;
  if (keeper_) keeper_->drop(0);
}

void ExecLoop::read_keys() {
  std::array<char, kKeysBytes> buffer{};
  const auto got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
  if (got <= 0) {
    keys_ended_ = got == 0 || (errno != EAGAIN && errno != EINTR);
    return;
  }
  for (const char key : std::string_view(buffer.data(), static_cast<std::size_t>(got))) {
    if (terminal_->is_stop_key(key, life_->pid())) {
      stop_and_go_on();
    } else {
      keys_ += key;
    }
  }
  write_keys();
}

void ExecLoop::write_keys() {
  const auto written = ::write(terminal_->master(), keys_.data(), keys_.size());
  if (written > 0) keys_.erase(0, static_cast<std::size_t>(written));
}

void ExecLoop::handle(const ExecSignals::Came& came) {
  const bool whole = terminal_ && terminal_->whole();
  switch (came.number) {
    case SIGWINCH:
      if (!terminal_ || terminal_->master() < 0) return;
      terminal_->follow_size();
      // Its own terminal tells a session about a new size; a program in ours has perhaps looked too
      // early.
      if (!whole) life_->signal(SIGWINCH);
      return;
    case SIGTSTP:
      return stop_and_go_on();
    case SIGCONT:
      if (whole) terminal_->make_raw();
      return;
    case SIGINT:
      life_->requested(supervisor::Request::interrupt);
      break;
    case SIGTERM:
    case SIGHUP:
    case SIGQUIT:
      life_->requested(supervisor::Request::terminated);
      break;
    default:
      break;
  }
  // What the terminal sent went to our whole group, and the program is in it.
  if (whole || came.from_process) life_->signal(came.number);
}

void ExecLoop::stop_and_go_on() {
  ::kill(-life_->pid(), SIGSTOP);
  terminal_->restore();
  ExecSignals::stop_job();
  terminal_->make_raw();
  if (terminal_->master() >= 0) terminal_->follow_size();
  ::kill(-life_->pid(), SIGCONT);
}

// What the dead program itself wrote is there already; a terminal may take a moment to hand it
// over. What a grandchild writes later is the keeper's.
void ExecLoop::drain() {
  constexpr int kTerminalMs = 50;
  constexpr std::size_t kMost = std::size_t{1} << 20U;
  for (const std::size_t stream : {std::size_t{0}, std::size_t{1}}) {
    auto& passage = passages_[stream];
    for (std::size_t total = 0; total < kMost && source_of(stream) >= 0;) {
      pollfd ready{source_of(stream), POLLIN, 0};
      if (::poll(&ready, 1, terminal_stream_ == stream ? kTerminalMs : 0) <= 0) break;
      total += read_output(stream);
      if (!passage.write_all()) lose(stream);
    }
    if (!passage.write_all()) lose(stream);
  }
}

}  // namespace km::cli
