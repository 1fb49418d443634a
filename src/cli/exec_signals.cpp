// A self-pipe: the handler writes number and origin, the loop reads them.
#include "cli/exec_signals.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace km::cli {
namespace {

// A handler reaches nothing but globals.
std::atomic<int> signal_pipe{-1};

void pass_on(int number, siginfo_t* info, void* /*context*/) {
  const int before = errno;
  const bool from_process = info->si_code == SI_USER || info->si_code == SI_QUEUE;
  const std::array<char, 2> word{static_cast<char>(number), static_cast<char>(from_process)};
  // A full pipe holds thousands of signals that nobody has read yet; one more tells nothing new.
  [[maybe_unused]] const auto written = ::write(signal_pipe.load(), word.data(), word.size());
  errno = before;
}

}  // namespace

Result<> ExecSignals::take(int number, bool ignore) {
  struct sigaction before {};
  if (::sigaction(number, nullptr, &before) != 0) return fail_errno("cannot look at a signal");
  if (before.sa_handler == SIG_IGN) return {};
  struct sigaction ours {};
  if (ignore) {
    ours.sa_handler = SIG_IGN;
  } else {
    // Without SA_RESTART: a write to a terminal that was stopped (Ctrl-S) must not hold a signal
    // back.
    ours.sa_sigaction = pass_on;
    ours.sa_flags = SA_SIGINFO;
  }
  sigfillset(&ours.sa_mask);
  if (::sigaction(number, &ours, nullptr) != 0) return fail_errno("cannot take a signal over");
  before_.emplace_back(number, before);
  return {};
}

Result<ExecSignals> ExecSignals::take_over(bool job_control) {
  ExecSignals signals;
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) return fail_errno("cannot make a pipe");
  signals.read_end_.reset(ends[0]);
  signals.write_end_.reset(ends[1]);
  for (const int fd : ends) {
    ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    ::fcntl(fd, F_SETFL, O_NONBLOCK);
  }
  signal_pipe = ends[1];
  std::vector<int> numbers{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGWINCH};
  if (job_control) numbers.insert(numbers.end(), {SIGTSTP, SIGCONT});
  for (const int number : numbers) KM_TRY(signals.take(number, false));
  KM_TRY(signals.take(SIGPIPE, true));
  return signals;
}

ExecSignals::~ExecSignals() {
  for (const auto& [number, before] : before_) ::sigaction(number, &before, nullptr);
  if (read_end_) signal_pipe = -1;
}

std::optional<ExecSignals::Came> ExecSignals::next() const {
  std::array<char, 2> word{};
  if (::read(read_end_.get(), word.data(), word.size()) != 2) return std::nullopt;
  return Came{word[0], word[1] != 0};
}

void ExecSignals::stop_job() {
  struct sigaction plain {};
  plain.sa_handler = SIG_DFL;
  struct sigaction ours {};
  ::sigaction(SIGTSTP, &plain, &ours);
  ::kill(0, SIGTSTP);
  ::sigaction(SIGTSTP, &ours, nullptr);
}

}  // namespace km::cli
