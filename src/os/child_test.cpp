#include "os/child.h"

#include "os/file.h"
#include "os/tree_fixture.h"

#include <array>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <sys/stat.h>
#include <sys/wait.h>

namespace km::os {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr auto kSoon = 20s;  // a bound, never waited for in full

struct Pipe {
  Fd read;
  Fd write;
  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) std::abort();
    read.reset(ends[0]);
    write.reset(ends[1]);
  }
  // Until the last writer has closed it.
  [[nodiscard]] std::string all() const {
    std::string text;
    std::array<char, 512> part{};
    while (true) {
      pollfd ready{read.get(), POLLIN, 0};
      if (::poll(&ready, 1, std::chrono::milliseconds(kSoon).count()) != 1)
        return text + "[no end of file]";
      const auto got = ::read(read.get(), part.data(), part.size());
      if (got <= 0) return text;
      text.append(part.data(), static_cast<std::size_t>(got));
    }
  }
};

ChildPlan shell(std::string script) {
  ChildPlan plan;
  plan.argv = {"/bin/sh", "-c", std::move(script)};
  return plan;
}

ExitStatus end_of(const ChildPlan& plan) {
  auto child = Child::start(plan);
  EXPECT_TRUE(child) << (child ? "" : child.error().what);
  if (!child) return {};
  return child->wait().value();
}

std::string output_of(ChildPlan plan) {
  Pipe out;
  plan.stdout_fd = out.write.get();
  auto child = Child::start(plan);
  if (!child) return child.error().what;
  out.write.reset();
  auto text = out.all();
  EXPECT_TRUE(child->wait());
  return text;
}

std::string refusal_of(const ChildPlan& plan) {
  const auto child = Child::start(plan);
  return child ? "started" : child.error().what;
}

// A child that lives until its standard input ends.
struct Waiting {
  Pipe input;
  Child child;
  explicit Waiting(ChildPlan plan = shell("exec cat")) : child(start(std::move(plan))) {
    input.read.reset();
  }
  Child start(ChildPlan plan) const {
    plan.stdin_fd = input.read.get();
    return Child::start(plan).value();
  }
};

TEST(Child, TellsHowItEnded) {
  EXPECT_EQ(end_of(shell("exit 7")).code, 7);
  EXPECT_EQ(end_of(shell("exit 7")).signal, 0);
  const auto killed = end_of(shell("kill -SEGV $$"));
  EXPECT_EQ(killed.signal, SIGSEGV);
  EXPECT_EQ(killed.as_shell(), 139);
  EXPECT_GT(killed.max_rss_bytes, 100'000);
}

TEST(Child, NamesWhatCannotBeStarted) {
  ChildPlan plan;
  plan.argv = {"/nowhere/python"};
  const auto child = Child::start(plan);
  ASSERT_FALSE(child);
  EXPECT_EQ(child.error().what, "cannot start /nowhere/python: No such file or directory");
  EXPECT_EQ(child.error().code, std::errc::no_such_file_or_directory);
  plan.argv = {"no-such-program-anywhere"};
  EXPECT_EQ(refusal_of(plan), "cannot start no-such-program-anywhere: No such file or directory");
  plan.argv = {};
  EXPECT_EQ(refusal_of(plan), "cannot start a program without a name");
}

TEST(Child, NamesTheStepThatFailed) {
  auto plan = shell("exit 0");
  plan.folder = "/nowhere";
  EXPECT_EQ(refusal_of(plan),
            "cannot start /bin/sh: cannot enter the folder /nowhere: No such file or directory");
  plan = shell("exit 0");
  plan.cgroup_procs_file = "/nowhere/cgroup.procs";
  EXPECT_THAT(refusal_of(plan),
              HasSubstr("cannot put it into the cgroup of /nowhere/cgroup.procs"));
  plan = shell("exit 0");
  plan.stdout_fd = 987'654;
  EXPECT_THAT(refusal_of(plan), HasSubstr("standard streams"));
}

TEST(Child, LooksInThePathItWillHave) {
  const TreeFixture tree(
      {{"/bin/greet", "#!/bin/sh\necho hello\n"}, {"/other/greet", "not executable"}});
  ::chmod(tree.path("/bin/greet").c_str(), 0755);
  ChildPlan plan;
  plan.argv = {"greet"};
  plan.environment = {"PATH=/nowhere:" + tree.path("/other").string() + ":" +
                      tree.path("/bin").string()};
  EXPECT_EQ(output_of(plan), "hello\n");
  plan.environment = {"PATH=" + tree.path("/other").string()};
  EXPECT_EQ(refusal_of(plan), "cannot start greet: Permission denied");
}

TEST(Child, GetsEnvironmentFolderAndStreams) {
  const TreeFixture tree({{"/folder/", ""}});
  auto plan = shell("echo $COLOUR; pwd -P; echo failed >&2");
  plan.environment = {"COLOUR=blue"};
  plan.folder = tree.path("/folder");
  Pipe errors;
  plan.stderr_fd = errors.write.get();
  EXPECT_EQ(output_of(plan),
            "blue\n" + std::filesystem::canonical(tree.path("/folder")).string() + "\n");
  errors.write.reset();
  EXPECT_EQ(errors.all(), "failed\n");
}

TEST(Child, StreamsMayBeTheStandardOnesCrosswise) {
  auto plan = shell("exit 3");
  plan.stdout_fd = STDERR_FILENO;
  plan.stderr_fd = STDOUT_FILENO;
  EXPECT_EQ(end_of(plan).code, 3);
}

// A kernel with SIGINT ignored or blocked could never be interrupted.
TEST(Child, HasDefaultSignals) {
  const auto before = std::signal(SIGINT, SIG_IGN);
  sigset_t mask{};
  sigset_t mask_before{};
  sigemptyset(&mask);
  sigaddset(&mask, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &mask, &mask_before);
  EXPECT_EQ(end_of(shell("kill -INT $$; exit 0")).signal, SIGINT);
  ::pthread_sigmask(SIG_SETMASK, &mask_before, nullptr);
  std::signal(SIGINT, before);
}

TEST(Child, KeepsHangupIgnoredForNohup) {
  const auto before = std::signal(SIGHUP, SIG_IGN);
  EXPECT_EQ(end_of(shell("kill -HUP $$; exit 5")).code, 5);
  std::signal(SIGHUP, before);
}

TEST(Child, StatusSurvivesAnIgnoredSigchld) {
  const auto before = std::signal(SIGCHLD, SIG_IGN);
  EXPECT_EQ(end_of(shell("exit 9")).code, 9);
  std::signal(SIGCHLD, before);
}

TEST(Child, DeathIsSeenBeforeItIsReaped) {
  Waiting waiting;
  EXPECT_FALSE(waiting.child.ended_within(0ms));
  EXPECT_NE(::fcntl(waiting.child.death_fd(), F_GETFD) & FD_CLOEXEC, 0);
  waiting.input.write.reset();
  ASSERT_TRUE(waiting.child.ended_within(kSoon));
  EXPECT_FALSE(waiting.child.reaped());
  EXPECT_EQ(::kill(waiting.child.pid(), 0), 0);  // a zombie still has its pid
  EXPECT_EQ(waiting.child.wait().value().code, 0);
  EXPECT_TRUE(waiting.child.reaped());
  EXPECT_TRUE(waiting.child.ended_within(0ms));
}

TEST(Child, CanBeSignalledUntilItIsReaped) {
  Waiting waiting;
  ASSERT_TRUE(waiting.child.signal(SIGTERM));
  ASSERT_TRUE(waiting.child.ended_within(kSoon));
  EXPECT_TRUE(waiting.child.signal(SIGTERM));  // to a zombie: no error, no effect
  EXPECT_EQ(waiting.child.wait().value().signal, SIGTERM);
  EXPECT_FALSE(waiting.child.signal(SIGTERM));
  EXPECT_FALSE(waiting.child.wait());
}

TEST(Child, EndsWithItsParent) {
  Pipe held;  // the grandchild's standard output: its end is the end of file
  const pid_t middle = ::fork();
  ASSERT_GE(middle, 0);
  if (middle == 0) {
    Pipe input;  // never written, so that the grandchild has no reason of its own to end
    auto plan = shell("echo up; exec cat");
    plan.stdin_fd = input.read.get();
    plan.stdout_fd = held.write.get();
    plan.end_with_parent = true;
    const auto child = Child::start(plan);
    // What keeps the grandchild's input open must not end with us: a process that does nothing but
    // hold it.
    if (::fork() == 0) {
      held.write.reset();
      held.read.reset();
      // Nor may it hold the output of this test, whose end a test runner waits for.
      ::close(STDOUT_FILENO);
      ::close(STDERR_FILENO);
      ::alarm(30);
      ::pause();
    }
    held.write.reset();
    ::pause();
    ::_exit(0);
  }
  held.write.reset();
  std::array<char, 3> up{};
  ASSERT_EQ(::read(held.read.get(), up.data(), up.size()), 3);
  ::kill(middle, SIGKILL);
  ::waitpid(middle, nullptr, 0);
  EXPECT_EQ(held.all(), "");
}

TEST(Child, DataLimitCanBeRaisedAgain) {
  auto plan = shell("ulimit -S -d; ulimit -H -d");
  plan.data_limit_bytes = 64LL << 20U;
  const auto text = output_of(plan);
  EXPECT_TRUE(text.starts_with("65536\n")) << text;
  EXPECT_NE(text, "65536\n65536\n");
}

TEST(Child, DataLimitStopsAllocation) {
  ChildPlan plan;
  plan.argv = {"dd", "if=/dev/zero", "of=/dev/null", "bs=256M", "count=1", "status=none"};
  const Fd null(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  plan.stderr_fd = null.get();
  EXPECT_EQ(end_of(plan).code, 0);
  plan.data_limit_bytes = 64LL << 20U;
  EXPECT_EQ(end_of(plan).code, 1);
}

TEST(Child, LeadsASessionOfItsOwn) {
  auto plan = shell("exec cat");
  plan.new_session = true;
  Waiting waiting(plan);
  EXPECT_EQ(::getsid(waiting.child.pid()), waiting.child.pid());
  waiting.input.write.reset();
  EXPECT_TRUE(waiting.child.wait());
}

TEST(Child, GetsATerminal) {
  const Fd terminal(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  std::array<char, 128> name{};
  if (!terminal || ::grantpt(terminal.get()) != 0 || ::unlockpt(terminal.get()) != 0 ||
      ::ptsname_r(terminal.get(), name.data(), name.size()) != 0) {
    GTEST_SKIP() << "no pseudo-terminal can be made here";
  }
  const Fd other_end(::open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC));
  auto plan = shell(": </dev/tty && test -t 0");  // /dev/tty opens only with a controlling terminal
  plan.stdin_fd = other_end.get();
  plan.new_session = true;
  plan.terminal = true;
  EXPECT_EQ(end_of(plan).code, 0);
  plan.stdin_fd = -1;
  const Fd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  plan.stdin_fd = null.get();
  EXPECT_THAT(refusal_of(plan), HasSubstr("cannot give it the terminal"));
}

TEST(Child, JoinsItsCgroupItself) {
  const TreeFixture tree({{"/cgroup.procs", ""}});
  auto plan = shell("exit 0");
  plan.cgroup_procs_file = tree.path("/cgroup.procs");
  EXPECT_EQ(end_of(plan).code, 0);
  EXPECT_EQ(read_file(plan.cgroup_procs_file, 10).value(), "0");
}

TEST(Signals, HaveNames) {
  EXPECT_EQ(signal_name(SIGSEGV), "SIGSEGV");
  EXPECT_EQ(signal_name(SIGABRT), "SIGABRT");
  EXPECT_EQ(signal_name(64), "signal 64");
  EXPECT_EQ(signal_name(-1), "signal -1");
  EXPECT_EQ(signal_number("SIGKILL"), SIGKILL);
  EXPECT_EQ(signal_number("KILL"), SIGKILL);
  EXPECT_EQ(signal_number("SIGIOT"), SIGABRT);
  EXPECT_EQ(signal_number("SIG"), std::nullopt);
  EXPECT_EQ(signal_number("kill"), std::nullopt);
  EXPECT_EQ(signal_number(""), std::nullopt);
}

}  // namespace
}  // namespace km::os
