// Starts a child by fork and exec, so that sessions, limits, cgroups and signals are set between
// the two.
#include "os/child.h"
#include "os/child_platform.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <memory>
#include <poll.h>

#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

extern "C" char** environ;  // NOLINT(readability-redundant-declaration): macOS declares it nowhere

namespace km::os {
namespace {

enum class Step : int { watch, session, streams, terminal, parent, cgroup, folder, limit, exec };

// What the child writes into the error pipe.
struct Failure {
  Step step = Step::exec;
  int error = 0;
};

// Everything the child needs, allocated before fork: a fork of a threaded program may not allocate.
struct Prepared {
  std::vector<std::string> programs;  // to be tried in this order
  std::vector<std::string> argument_texts;
  std::vector<std::string> environment_texts;
  std::vector<char*> arguments;
  std::vector<char*> environment;
  std::array<int, 3> streams{};
  std::string folder;
  pid_t parent = -1;
};

std::vector<char*> pointers_of(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (auto& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// The PATH that the child will have decides, as a shell would do it.
std::string search_path(const std::vector<std::string>& environment) {
  constexpr std::string_view kDefault = "/usr/local/bin:/usr/bin:/bin";
  if (environment.empty()) {
    const char* const ours = std::getenv("PATH");
    return ours != nullptr ? ours : std::string(kDefault);
  }
  for (const auto& entry : environment) {
    if (entry.starts_with("PATH=")) return entry.substr(5);
  }
  return std::string(kDefault);
}

std::vector<std::string> programs_of(const ChildPlan& plan) {
  const auto& name = plan.argv.front();
  if (name.find('/') != std::string::npos) return {name};
  std::vector<std::string> programs;
  const auto path = search_path(plan.environment);
  for (std::size_t begin = 0; begin <= path.size();) {
    const auto end = std::min(path.find(':', begin), path.size());
    // An empty element is the current folder (execvp(3)).
    programs.push_back(end == begin ? "./" + name : path.substr(begin, end - begin) + "/" + name);
    begin = end + 1;
  }
  return programs;
}

Prepared prepare(const ChildPlan& plan) {
  Prepared ready;
  ready.programs = programs_of(plan);
  ready.argument_texts = plan.argv;
  ready.environment_texts = plan.environment;
  ready.arguments = pointers_of(ready.argument_texts);
  ready.environment = pointers_of(ready.environment_texts);
  ready.streams = {plan.stdin_fd, plan.stdout_fd, plan.stderr_fd};
  ready.folder = plan.folder.string();
  ready.parent = ::getpid();
  return ready;
}

// --- From here to `become`: in the child, where only async-signal-safe functions may be called.

// Nothing but the end of file comes: the watch stands.
bool wait_for_watch(int go) {
  char nothing = 0;
  ssize_t got = 0;
  do got = ::read(go, &nothing, 1);
  while (got < 0 && errno == EINTR);
  return got == 0;
}

// Ignored signals stay ignored over exec: a kernel that inherits an ignored SIGINT can never be
// interrupted. The one exception is SIGHUP, by which nohup(1) tells a program to stay.
void default_signals() {
  struct sigaction plain {};
  plain.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction now {};
    if (::sigaction(number, nullptr, &now) != 0) continue;
    if (number == SIGHUP && now.sa_handler == SIG_IGN) continue;
    ::sigaction(number, &plain, nullptr);
  }
}

// In two rounds, since a source may itself be 0, 1 or 2. dup2 clears close-on-exec.
bool place_streams(std::array<int, 3> sources) {
  for (int& source : sources) {
    if (source >= 0 && (source = ::fcntl(source, F_DUPFD_CLOEXEC, 3)) < 0) return false;
  }
  for (int target = 0; target < 3; ++target) {
    if (sources[target] >= 0 && ::dup2(sources[target], target) < 0) return false;
  }
  return true;
}

bool join_cgroup(const char* procs_file) {
  const int fd = ::open(procs_file, O_WRONLY | O_CLOEXEC);
  return fd >= 0 && ::write(fd, "0", 1) == 1;  // "0": the writer itself; exec closes it
}

bool limit_data(std::int64_t bytes) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_DATA, &limit) != 0) return false;
  // Only the soft limit, so that it can be raised again. 0 would mean "the hard one" (kernel:
  // mm/mmap.c, Valgrind).
  const auto wanted = static_cast<rlim_t>(std::max<std::int64_t>(bytes, 1));
  limit.rlim_cur = std::min(wanted, limit.rlim_max);
  return ::setrlimit(RLIMIT_DATA, &limit) == 0;
}

void try_programs(const Prepared& ready, const std::string& architecture) {
  char* const* const environment =
      ready.environment_texts.empty() ? environ : ready.environment.data();
  int remembered = ENOENT;
  for (const auto& program : ready.programs) {
    platform::execute(program.c_str(), ready.arguments.data(), environment, architecture);
    if (errno != ENOENT && errno != ENOTDIR && errno != EACCES) return;
    // A file that may not be executed is worth naming only when no later one can; a folder that may
    // not be entered is not the file's fault.
    if (errno == EACCES && ::access(program.c_str(), F_OK) == 0) remembered = EACCES;
  }
  errno = remembered;
}

[[noreturn]] void become(const ChildPlan& plan, const Prepared& ready, int error_pipe, int go) {
  const auto step = [&]() -> Step {
    if (!wait_for_watch(go)) return Step::watch;
    default_signals();
    if (plan.new_session && ::setsid() < 0) return Step::session;
    if (!place_streams(ready.streams)) return Step::streams;
    if (plan.terminal && ::ioctl(STDIN_FILENO, TIOCSCTTY, 0) != 0) return Step::terminal;
    if (plan.end_with_parent && !platform::end_with_parent(ready.parent)) return Step::parent;
    if (!plan.cgroup_procs_file.empty() && !join_cgroup(plan.cgroup_procs_file.c_str())) {
      return Step::cgroup;
    }
    if (!ready.folder.empty() && ::chdir(ready.folder.c_str()) != 0) return Step::folder;
    if (plan.data_limit_bytes && !limit_data(*plan.data_limit_bytes)) return Step::limit;
    sigset_t none{};
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    try_programs(ready, plan.architecture);
    return Step::exec;
  }();
  const Failure failure{step, errno};
  // Smaller than PIPE_BUF, so it goes out whole; if even that fails, status 127 is all there is to
  // say.
  if (::write(error_pipe, &failure, sizeof failure) < 0) ::_exit(127);
  ::_exit(127);
}

std::string explain(const Failure& failure, const ChildPlan& plan) {
  switch (failure.step) {
    case Step::watch:
      return "cannot watch it";
    case Step::session:
      return "cannot open a session for it";
    case Step::streams:
      return "cannot connect its standard streams";
    case Step::terminal:
      return "cannot give it the terminal";
    case Step::parent:
      return "cannot tie its life to ours";
    case Step::cgroup:
      return "cannot put it into the cgroup of " + plan.cgroup_procs_file;
    case Step::folder:
      return "cannot enter the folder " + plan.folder.string();
    case Step::limit:
      return "cannot limit its memory";
    case Step::exec:
      break;
  }
  return {};
}

// An end of a pipe that is none of 0, 1, 2, which the child is about to replace.
Result<Fd> beyond_streams(Fd fd) {
  if (fd.get() > STDERR_FILENO) return fd;
  Fd moved(::fcntl(fd.get(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  if (!moved) return fail_errno("cannot move a descriptor");
  return moved;
}

struct Pipe {
  Fd read;
  Fd write;
};

Result<Pipe> pipe_beyond_streams() {
  std::array<int, 2> ends{};
#ifdef __linux__
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail_errno("cannot create a pipe");
#else
  if (::pipe(ends.data()) != 0) return fail_errno("cannot create a pipe");
  for (const int end : ends) ::fcntl(end, F_SETFD, FD_CLOEXEC);
#endif
  Fd read(ends[0]);
  Fd write(ends[1]);
  KM_ASSIGN(read, beyond_streams(std::move(read)));
  KM_ASSIGN(write, beyond_streams(std::move(write)));
  return Pipe{std::move(read), std::move(write)};
}

// Who inherits an ignored SIGCHLD (some service managers pass it on) never learns how a child
// ended.
void keep_wait_status() {
  struct sigaction now {};
  if (::sigaction(SIGCHLD, nullptr, &now) != 0) return;
  if (now.sa_handler != SIG_IGN && (now.sa_flags & SA_NOCLDWAIT) == 0) return;
  if (now.sa_handler == SIG_IGN) now.sa_handler = SIG_DFL;
  now.sa_flags &= ~SA_NOCLDWAIT;
  ::sigaction(SIGCHLD, &now, nullptr);
}

void reap(pid_t pid) {
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

ExitStatus status_of(int status, const rusage& usage) {
  ExitStatus result;
  if (WIFSIGNALED(status)) {
    result.signal = WTERMSIG(status);
    result.core_dumped = WCOREDUMP(status);
  } else {
    result.code = WEXITSTATUS(status);
  }
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  result.max_rss_bytes = usage.ru_maxrss * platform::max_rss_unit_bytes();
  result.user_seconds = seconds(usage.ru_utime);
  result.system_seconds = seconds(usage.ru_stime);
  return result;
}

}  // namespace

Result<Fd> watch_end(pid_t pid) { return platform::open_death_fd(pid); }

Result<Child> Child::start(const ChildPlan& plan) {
  if (plan.argv.empty() || plan.argv.front().empty())
    return fail("cannot start a program without a name");
  const auto context = "cannot start " + plan.argv.front();
  const Prepared ready = prepare(plan);
  auto pipe = pipe_beyond_streams();
  if (!pipe) return tl::make_unexpected(std::move(pipe).error().within(context));
  // The program runs once the watch stands: a kqueue is told only what happens later.
  auto go = pipe_beyond_streams();
  if (!go) return tl::make_unexpected(std::move(go).error().within(context));
  keep_wait_status();

  // Blocked over fork, so that no handler of ours runs in the child.
  sigset_t all{};
  sigset_t before{};
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = ::fork();
  if (pid == 0) {
    go->write.reset();  // else it would wait for itself
    become(plan, ready, pipe->write.get(), go->read.get());
  }
  const int fork_error = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) return fail_errno(context, fork_error);

  pipe->write.reset();
  auto death_fd = platform::open_death_fd(pid);
  if (!death_fd) {
    ::kill(pid, SIGKILL);
    reap(pid);
    return tl::make_unexpected(std::move(death_fd).error().within(context));
  }
  go->write.reset();
  Failure failure;
  ssize_t got = 0;
  do got = ::read(pipe->read.get(), &failure, sizeof failure);
  while (got < 0 && errno == EINTR);
  // Nothing but the end of file: exec closed the pipe.
  if (got != sizeof failure) return Child(pid, std::move(*death_fd));
  reap(pid);
  const auto step = explain(failure, plan);
  return fail_errno(step.empty() ? context : context + ": " + step, failure.error);
}

bool Child::ended_within(std::chrono::milliseconds limit) const {
  using Clock = std::chrono::steady_clock;
  if (reaped_) return true;
  const auto deadline = Clock::now() + limit;
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    constexpr std::int64_t kLongestMs = 60'000;  // poll takes an int
    pollfd death{death_fd_.get(), POLLIN, 0};
    const int ready =
        ::poll(&death, 1, static_cast<int>(std::clamp<std::int64_t>(left, 0, kLongestMs)));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
    if (Clock::now() >= deadline) return false;
  }
}

Result<ExitStatus> Child::wait() {
  if (reaped_) return fail("process " + std::to_string(pid_) + " was waited for already");
  int status = 0;
  rusage usage{};
  while (::wait4(pid_, &status, 0, &usage) < 0) {
    if (errno != EINTR) return fail_errno("cannot wait for process " + std::to_string(pid_));
  }
  reaped_ = true;
  ExitStatus result = status_of(status, usage);
  if (result.signal == SIGKILL) result.killer = platform::killer_of(death_fd_.get());
  return result;
}

Result<> Child::signal(int number) const {
  if (reaped_) return fail("process " + std::to_string(pid_) + " has ended");
  return platform::send_signal(pid_, death_fd_.get(), number);
}

}  // namespace km::os
