// Real children that die in known ways, and real ends that are none.
#include "supervisor/lifetime.h"

#include "os/cgroup.h"
#include "os/file.h"
#include "supervisor/recorder.h"
#include "supervisor/test_folder.h"

#include <chrono>
#include <csignal>
#include <filesystem>
#include <gtest/gtest.h>
#include <memory>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

namespace km::supervisor {
namespace {

using namespace std::chrono_literals;

class LifetimeTest : public ::testing::Test {
 protected:
  LifetimePlan shell(const std::string& script, const std::string& subject = "kernel") {
    LifetimePlan plan;
    plan.subject = subject;
    plan.name = "test";
    plan.child.argv = {"/bin/sh", "-c", "ulimit -c 0; " + script};
    plan.home = home_.path();
    return plan;
  }
  static std::unique_ptr<Lifetime> start(LifetimePlan plan) {
    auto started = Lifetime::start(std::move(plan));
    if (!started) throw std::runtime_error(started.error().what);
    return std::move(*started);
  }
  // What the child says first; it is ready then.
  static std::string first_words(Lifetime& life) {
    pollfd ready{life.stdout_fd(), POLLIN, 0};
    return ::poll(&ready, 1, 20'000) == 1 ? life.take(life.stdout_fd()) : "(nothing came)";
  }
  std::size_t cases() const {
    std::size_t count = 0;
    std::error_code error;
    for ([[maybe_unused]] const auto& entry :
         std::filesystem::directory_iterator(home_.path() / "cases", error))
      ++count;
    return count;
  }
  TestFolder home_;
};

TEST_F(LifetimeTest, ExplainsAKill) {
  const auto life = start(shell("echo ready; exec sleep 1000"));
  EXPECT_EQ(first_words(*life), "ready\n");
  casefile::Cell cell;
  cell.index = 2;
  cell.source = "x = 1";
  life->cell_begins(cell, "cell 2");
  life->signal(SIGKILL);
  const auto end = life->finish("cell", {{"kernel.ready", true, "test"}});
  EXPECT_EQ(end.status.signal, SIGKILL);
  ASSERT_TRUE(end.diagnosis);
  const auto& casefile = end.diagnosis->casefile;
  EXPECT_EQ(casefile.text("exit.signal"), "SIGKILL");
  EXPECT_EQ(casefile.flag("kernel.ready"), true);
  EXPECT_EQ(casefile.id, life->case_id());
  ASSERT_TRUE(casefile.death && casefile.death->cell);
  EXPECT_EQ(casefile.death->cell->index, 2);
  EXPECT_NE(casefile.last_words.find("ready"), std::string::npos);
  EXPECT_FALSE(end.card.html.empty());
  EXPECT_TRUE(std::filesystem::exists(end.folder / "report.json"));
  EXPECT_FALSE(std::filesystem::exists(end.folder / "open.json"));
  const auto saved = os::read_file(end.folder / "case.json", 64 << 20);
  ASSERT_TRUE(saved);
  EXPECT_TRUE(casefile::from_json(*saved));
  EXPECT_EQ(std::filesystem::status(end.folder / "report.json").permissions(),
            std::filesystem::perms(0600));
}

TEST_F(LifetimeTest, ExplainsACrashAndAnExit) {
  const auto crash = start(shell("kill -SEGV $$"))->finish("idle");
  ASSERT_TRUE(crash.diagnosis);
  EXPECT_EQ(crash.diagnosis->casefile.text("exit.signal"), "SIGSEGV");
  const auto exit = start(shell("echo bye; exit 3"))->finish("idle");
  ASSERT_TRUE(exit.diagnosis);
  EXPECT_EQ(exit.status.code, 3);
  EXPECT_EQ(exit.diagnosis->casefile.number("exit.code"), 3);
  EXPECT_EQ(exit.rest_stdout, "bye\n");
  EXPECT_EQ(cases(), 2U);
}

TEST_F(LifetimeTest, ARequestedEndLeavesNothing) {
  const auto life = start(shell("echo ready; exec sleep 1000"));
  first_words(*life);
  life->requested(Request::shutdown);
  life->end(5s);
  const auto end = life->finish("idle");
  EXPECT_EQ(end.status.signal, SIGTERM);
  EXPECT_FALSE(end.diagnosis);
  EXPECT_TRUE(end.folder.empty());
  EXPECT_EQ(cases(), 0U);
}

TEST_F(LifetimeTest, EndKillsWhatIgnoresItsTerm) {
  const auto life = start(shell("trap '' TERM; echo ready; while :; do sleep 1; done"));
  first_words(*life);
  life->requested(Request::shutdown);
  life->end(50ms);
  const auto end = life->finish("idle");
  EXPECT_EQ(end.status.signal, SIGKILL);
  EXPECT_FALSE(end.diagnosis);
}

TEST_F(LifetimeTest, AProcessThatFloodsItsPipeCanStillEndInOrder) {
  const auto life = start(shell(
      "trap 'head -c 3000000 /dev/zero; exit 0' TERM; echo ready; while :; do sleep 0.01; done"));
  first_words(*life);
  life->requested(Request::shutdown);
  life->end(20s);
  const auto end = life->finish("idle");
  EXPECT_EQ(end.status.signal, 0);
  EXPECT_GE(end.rest_stdout.size(), std::size_t{1} << 19U);
  EXPECT_LE(end.rest_stdout.size(), std::size_t{1} << 20U);
}

TEST_F(LifetimeTest, NeverReadyIsADeath) {
  const auto life = start(shell("exec sleep 1000"));
  life->requested(Request::time_limit, "no answer within 60 s");
  life->end(0ms);
  const auto end = life->finish("start");
  ASSERT_TRUE(end.diagnosis);
  EXPECT_EQ(end.diagnosis->casefile.text("exit.requested"), "time_limit");
}

TEST_F(LifetimeTest, AnInterruptIsForgottenWithTheNextCell) {
  const auto life = start(shell("trap : INT; echo ready; while :; do sleep 0.01; done"));
  first_words(*life);
  life->interrupt();
  life->cell_begins({}, "cell 2");
  life->signal(SIGKILL);
  const auto end = life->finish("cell");
  ASSERT_TRUE(end.diagnosis);
  EXPECT_FALSE(end.diagnosis->casefile.text("exit.requested"));
}

TEST_F(LifetimeTest, AGrandchildMayKeepThePipesOpen) {
  const auto life = start(shell("sleep 30 & echo $!; kill -KILL $$"));
  const auto grandchild = std::stoi(first_words(*life));
  pollfd death{life->death_fd(), POLLIN, 0};
  ASSERT_EQ(::poll(&death, 1, 20'000), 1);
  const auto begin = std::chrono::steady_clock::now();
  const auto end = life->finish("idle");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s) << "finish() waited for the grandchild";
  EXPECT_TRUE(end.diagnosis);
  ::kill(grandchild, SIGKILL);
}

TEST_F(LifetimeTest, OnePipeKeepsTheOrder) {
  auto plan = shell("echo 1; echo 2 >&2; echo 3; exit 1", "program");
  plan.one_pipe = true;
  const auto life = start(std::move(plan));
  EXPECT_EQ(life->stderr_fd(), -1);
  const auto end = life->finish("program");
  EXPECT_EQ(end.rest_stdout, "1\n2\n3\n");
  EXPECT_FALSE(end.diagnosis) << "a program's own exit status is no death";
}

TEST_F(LifetimeTest, AProgramWhoseReaderHasGoneGetsSigpipe) {
  auto plan = shell("echo ready; exec yes", "program");
  plan.outlives_us = true;
  plan.passthrough_stdout = STDOUT_FILENO;
  plan.passthrough_stderr = STDERR_FILENO;
  const auto life = start(std::move(plan));
  first_words(*life);
  life->close_output(life->stdout_fd());
  const auto end = life->finish("program");
  EXPECT_EQ(end.status.signal, SIGPIPE);
  EXPECT_FALSE(end.diagnosis);
}

TEST_F(LifetimeTest, WhatCannotBeSpawnedIsAnErrorWithoutACase) {
  auto plan = shell("");
  plan.child.argv = {"/nonexistent/program"};
  const auto started = Lifetime::start(std::move(plan));
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, std::errc::no_such_file_or_directory);
  EXPECT_EQ(cases(), 0U);
}

TEST_F(LifetimeTest, WithoutAPlaceForTheCaseItStillExplains) {
  auto plan = shell("kill -SEGV $$");
  plan.home = "/proc/no-such-place";
  const auto life = start(std::move(plan));
  ASSERT_FALSE(life->gaps().empty());
  const auto end = life->finish("idle");
  ASSERT_TRUE(end.diagnosis);
  EXPECT_EQ(end.diagnosis->casefile.text("exit.signal"), "SIGSEGV");
  EXPECT_TRUE(end.folder.empty());
}

TEST_F(LifetimeTest, ForgottenItStillEnds) {
  pid_t pid = -1;
  {
    const auto life = start(shell("exec sleep 1000"));
    pid = life->pid();
  }
  EXPECT_EQ(::kill(pid, 0), -1);
  EXPECT_EQ(cases(), 0U);
}

TEST_F(LifetimeTest, WatchesMemory) {
  const auto life = start(shell("exec sleep 1000"));
  for (int i = 0; i < 1000 && life->memory_bytes() == 0; ++i) ::poll(nullptr, 0, 10);
  EXPECT_GT(life->memory_bytes(), 0);
}

// Blocks of `tail` grow without end; the limit stops it. One gigabyte at most, should no limit
// hold.
constexpr auto kEatMemory =
    "head -c 1000000000 /dev/zero | tail -c 900000000 > /dev/null & wait $!; kill -KILL $$";

TEST_F(LifetimeTest, ARealMemoryLimitKills) {
  if (const auto allowed = os::Cgroup::create("kernelmedic-probe", 64 << 20); !allowed) {
    GTEST_SKIP() << allowed.error().what;
  }
  auto plan = shell(kEatMemory);
  plan.memory_limit_bytes = 64 << 20;
  const auto life = start(std::move(plan));
  const auto end = life->finish("cell");
  ASSERT_TRUE(end.diagnosis);
  const auto& casefile = end.diagnosis->casefile;
  EXPECT_GE(casefile.number("cgroup.oom_kills").value_or(0), 1);
  EXPECT_EQ(casefile.flag("cgroup.own"), true);
  EXPECT_EQ(casefile.number("memory.limit_bytes"), 64 << 20);
}

}  // namespace
}  // namespace km::supervisor
