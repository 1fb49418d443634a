#include "evidence/collect.h"

#include <algorithm>
#include <csignal>
#include <gtest/gtest.h>

namespace km::evidence {
namespace {

bool has_gap(const casefile::CaseFile& file, std::string_view what) {
  return std::any_of(file.gaps.begin(), file.gaps.end(),
                     [&](const casefile::Gap& gap) { return gap.what == what; });
}

Scene scene_of(int signal, int code) {
  Scene scene;
  scene.subject = "program";
  scene.phase = "program";
  scene.pid = 4711;
  scene.argv = {"train", "--token=abc"};
  scene.working_folder = "/";
  scene.started_us = 1'000'000;
  scene.ended_us = 3'500'000;
  scene.ended_time = "2026-01-02T03:04:05Z";
  scene.status = os::ExitStatus{signal, code, false, 1 << 20, 0.25, 0.25};
  scene.words = "last \x1b[1mwords\x1b[0m\n";
  return scene;
}

TEST(Collect, MakesACaseOfACrash) {
  const auto file = collect(scene_of(SIGSEGV, 0));
  EXPECT_EQ(file.subject, "program");
  EXPECT_EQ(file.death->signal, "SIGSEGV");
  EXPECT_EQ(file.death->exit_code, std::nullopt);
  EXPECT_EQ(file.death->pid, 4711);
  EXPECT_EQ(file.text("exit.signal"), "SIGSEGV");
  EXPECT_EQ(file.text("exit.phase"), "program");
  EXPECT_EQ(file.last_words, "last words");
  EXPECT_TRUE(has_gap(file, "the native stack"));
  const auto* uptime = file.find("exit.uptime_seconds").at(0);
  EXPECT_DOUBLE_EQ(std::get<double>(uptime->value), 2.5);
}

// Seen in 6 of 120 divisions by zero under ctypes: the other threads run on while faulthandler
// reads their frames.
TEST(Collect, TellsTheFaultThatCameBeforeTheOneOfTheDump) {
  Scene scene = scene_of(SIGSEGV, 0);
  scene.words =
      "Fatal Python error: Floating point exception\n\nThread 0x1 (most recent call first):\n"
      "  File Fatal Python error: Segmentation fault\n\n";
  auto file = collect(scene);
  EXPECT_EQ(file.text("exit.signal"), "SIGFPE");
  EXPECT_EQ(file.find("exit.signal").size(), 1U);
  EXPECT_EQ(file.death->signal, "SIGFPE");
  scene.status->signal = SIGKILL;  // something else ended it in the end
  EXPECT_EQ(collect(scene).text("exit.signal"), "SIGKILL");
}

TEST(Collect, MakesACaseOfAnExit) {
  const auto file = collect(scene_of(0, 3));
  EXPECT_EQ(file.number("exit.code"), 3);
  EXPECT_EQ(file.death->exit_code, 3);
  EXPECT_FALSE(has_gap(file, "the native stack"));
  EXPECT_FALSE(has_gap(file, "the kernel log"));
}

TEST(Collect, PrefersWhatWasSeenWhileTheProcessLived) {
  Scene scene = scene_of(SIGBUS, 0);
  scene.stack_bytes = 8 << 20;
  scene.shm_free_bytes = 0;
  const auto file = collect(scene);
  EXPECT_EQ(file.number("exit.stack_bytes"), 8 << 20);
  if (file.find("shm.total_bytes").empty()) GTEST_SKIP() << "no /dev/shm here";
  EXPECT_EQ(file.number("shm.free_bytes"), 0);
}

TEST(Collect, MakesACaseOfNothing) {
  const auto file = collect(Scene{});
  EXPECT_TRUE(has_gap(file, "the wait status"));
  EXPECT_EQ(file.death->pid, std::nullopt);
}

TEST(Collect, UsesOnlyDeclaredNamesAndNoSecrets) {
  Scene scene = scene_of(SIGKILL, 0);
  scene.cgroup_version = 2;
  scene.cgroup_before.emplace();
  scene.cgroup_after.emplace();
  scene.oom_score = 5;
  scene.limits = {{"RLIMIT_DATA", 1 << 30}};
  scene.samples.push_back(Sample{.time_us = 2'000'000, .tree_rss_bytes = 1, .root_rss_bytes = 1});
  scene.python = "/usr/bin/python3";
  const auto file = collect(scene);
  for (const casefile::Fact& fact : file.facts) {
    EXPECT_TRUE(casefile::is_declared(fact.name)) << fact.name;
    EXPECT_FALSE(fact.source.empty()) << fact.name;
  }
  EXPECT_EQ(casefile::to_json(file).find("abc"), std::string::npos);
}

TEST(Collect, SurvivesHostileWords) {
  Scene scene = scene_of(SIGABRT, 0);
  scene.python = "python-that-is-not-there";
  scene.words = std::string(200'000, '\0') + "\xff\x1b[\nFatal Python error: \nCurrent thread\n" +
                std::string(100'000, 'A');
  const auto file = collect(scene);
  EXPECT_LE(file.last_words.size(), 64U * 1024U);
  EXPECT_TRUE(has_gap(file, "the installed packages"));
  EXPECT_FALSE(casefile::to_json(file).empty());
}

}  // namespace
}  // namespace km::evidence
