// Records as kernels from 4.9 to 6.18 wrote them (names and paths changed).
#include "evidence/oom.h"

#include "evidence/collectors.h"

#include <gtest/gtest.h>

namespace km::evidence {
namespace {

TEST(OomKills, JoinTheSummaryWithTheKill) {
  const auto kills = parse_oom_kills(std::vector<std::string>{
      "[  331.512345] python invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, "
      "oom_score_adj=0",
      "[  331.512350] "
      "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/km/"
      "4711,"
      "task_memcg=/km/4711,task=python,pid=4711,uid=1000",
      "[  331.512360] Memory cgroup out of memory: Killed process 4711 (python) "
      "total-vm:1052672kB, anon-rss:523264kB, "
      "file-rss:5120kB, shmem-rss:0kB, UID:1000 pgtables:1100kB oom_score_adj:0",
      "[  331.600000] oom_reaper: reaped process 4711 (python), now anon-rss:0kB, file-rss:0kB, "
      "shmem-rss:0kB"});
  ASSERT_EQ(kills.size(), 1U);
  EXPECT_EQ(kills[0].pid, 4711);
  EXPECT_EQ(kills[0].task, "python");
  EXPECT_EQ(kills[0].constraint, "CONSTRAINT_MEMCG");
  EXPECT_EQ(kills[0].oom_memcg, "/km/4711");
  EXPECT_EQ(kills[0].task_memcg, "/km/4711");
  EXPECT_EQ(kills[0].anon_rss_bytes, 523264LL * 1024);
  EXPECT_NE(kills[0].report.find("Killed process 4711"), std::string::npos);
}

TEST(OomKills, AreReadWithoutASummaryToo) {
  const auto kills = parse_oom_kills(std::vector<std::string>{
      "Out of memory: Killed process 99 (a) (b), UID 0) total-vm:1kB, anon-rss:2kB",
      "Memory cgroup out of memory: Killed process 100 (python3) total-vm:1kB, anon-rss:2kB"});
  ASSERT_EQ(kills.size(), 2U);
  EXPECT_EQ(kills[0].constraint, "CONSTRAINT_NONE");
  EXPECT_EQ(kills[0].pid, 99);
  EXPECT_EQ(kills[1].constraint, "CONSTRAINT_MEMCG");
}

TEST(OomKills, SurviveHostileRecords) {
  const auto kills = parse_oom_kills(std::vector<std::string>{
      "", "oom-kill:constraint=", "Killed process ", "Killed process 999999999999999999999 (x)",
      "Killed process -4 (x)", "oom-kill:constraint=CONSTRAINT_NONE,task=a,pid=7,pid=x",
      "oom-kill:constraint=CONSTRAINT_NONE,task=,a,pid=8,uid=0", "Killed process 9 )(",
      std::string("Killed process 10 (\0\xff) anon-rss:99999999999999999999kB", 52)});
  ASSERT_EQ(kills.size(), 3U);
  EXPECT_EQ(kills[0].task, ",a");
  EXPECT_EQ(kills[1].pid, 9);
  EXPECT_EQ(kills[2].anon_rss_bytes, -1);
}

OomKill kill_of(pid_t pid, std::string_view constraint, std::string_view cgroup = {}) {
  OomKill kill;
  kill.pid = pid;
  kill.constraint = constraint;
  kill.task_memcg = cgroup;
  return kill;
}

TEST(Attribution, PrefersOurProcessOverAnyOther) {
  Scene scene;
  scene.pid = 7;
  scene.descendants = {8};
  const std::vector<OomKill> kills{kill_of(9, "CONSTRAINT_NONE"), kill_of(7, "CONSTRAINT_MEMCG"),
                                   kill_of(8, "CONSTRAINT_NONE")};
  EXPECT_EQ(most_relevant(scene, kills, true)->kill, &kills[1]);
  scene.pid = 1;
  EXPECT_EQ(most_relevant(scene, kills, true)->victim, Victim::child);
  scene.descendants.clear();
  EXPECT_EQ(most_relevant(scene, kills, true)->victim, Victim::other);
  EXPECT_FALSE(most_relevant(scene, {}, true));
}

TEST(Attribution, LeavesForeignCgroupsAlone) {
  Scene scene;
  scene.pid = 7;
  const std::vector<OomKill> kills{kill_of(9, "CONSTRAINT_MEMCG", "/other")};
  EXPECT_FALSE(most_relevant(scene, kills, true));
  EXPECT_FALSE(most_relevant(scene, kills, false));
}

TEST(Attribution, OfOurOwnCgroupIsAChild) {
  Scene scene;
  scene.pid = 7;
  scene.cgroup_own = true;
  scene.cgroup_path = "/km/7";
  scene.cgroup_before.emplace();
  scene.cgroup_after = os::CgroupEvents{1, 0, 0};
  const std::vector<OomKill> kills{kill_of(9, "CONSTRAINT_MEMCG", "/km/7")};
  EXPECT_EQ(most_relevant(scene, kills, true)->victim, Victim::child);
  // In a container 9 may well be the host's name for our 7.
  EXPECT_EQ(most_relevant(scene, kills, false)->victim, Victim::unknown);
  scene.cgroup_path.clear();
  EXPECT_EQ(most_relevant(scene, kills, true)->victim, Victim::child);
}

TEST(FaultRecords, NameTheImage) {
  const auto segfault = parse_fault(
      "[ 12.3] python3[4711]: segfault at 0 ip 00007f1c2a5e1d4c sp 00007ffc5d6a3a58 error 4 in "
      "libc.so.6[7f1c2a48a000+155000] likely on CPU 1 (core 1, socket 0)");
  ASSERT_TRUE(segfault.has_value());
  EXPECT_EQ(segfault->pid, 4711);
  EXPECT_EQ(segfault->image, "libc.so.6");
  const auto trap = parse_fault(
      "traps: python3[4711] trap invalid opcode ip:7f4b1c sp:7ffd error:0 in "
      "_pywrap_tensorflow.so[7f4b1c+2000]");
  ASSERT_TRUE(trap.has_value());
  EXPECT_EQ(trap->image, "_pywrap_tensorflow.so");
  const auto nowhere =
      parse_fault("a]: segfault at [9]: segfault at 1234 ip 0000000000001234 sp 00007ffc error 14");
  EXPECT_FALSE(nowhere.has_value() && !nowhere->image.empty());
  EXPECT_FALSE(parse_fault("traps: "));
  EXPECT_FALSE(parse_fault("[]: segfault at "));
  EXPECT_FALSE(parse_fault("usb 1-1: new device"));
}

TEST(CgroupCounters, AreDifferences) {
  Scene scene;
  scene.cgroup_version = 1;
  scene.cgroup_own = true;
  scene.limit_bytes = 1000;
  scene.limit_source = "cgroup v1 memory.limit_in_bytes";
  scene.cgroup_before = os::CgroupEvents{2, 10, 100};
  scene.cgroup_after = os::CgroupEvents{3, 92, 1000};
  casefile::CaseFile out;
  collect_cgroup(scene, out);
  EXPECT_EQ(out.number("cgroup.oom_kills"), 1);
  EXPECT_EQ(out.number("cgroup.limit_hits"), 82);
  EXPECT_EQ(out.number("cgroup.peak_bytes"), 1000);
  EXPECT_EQ(out.number("cgroup.limit_bytes"), 1000);
  EXPECT_EQ(out.flag("cgroup.own"), true);
}

TEST(CgroupCounters, AreAGapWhereTheCgroupIsGone) {
  Scene scene;
  scene.cgroup_version = 2;
  casefile::CaseFile out;
  collect_cgroup(scene, out);
  EXPECT_TRUE(out.find("cgroup.oom_kills").empty());
  EXPECT_EQ(out.gaps.size(), 1U);
}

TEST(KernelLog, IsNotAskedAboutAnExit) {
  Scene scene;
  scene.status = os::ExitStatus{};
  casefile::CaseFile out;
  collect_kernel_log(scene, out);
  EXPECT_TRUE(out.facts.empty());
  EXPECT_TRUE(out.gaps.empty());
}

}  // namespace
}  // namespace km::evidence
