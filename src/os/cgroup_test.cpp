#include "os/cgroup.h"

#include "os/child.h"
#include "os/tree_fixture.h"

#include <csignal>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>

namespace km::os {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr auto kHybridMounts =
    "31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755\n"
    "32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime shared:4 - cgroup cgroup rw,cpu,cpuacct\n"
    "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:9 master:1 - cgroup cgroup rw,memory\n"
    "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n";
constexpr auto kUnifiedMount =
    "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n";

void add_v1_files(const TreeFixture& tree, const std::string& folder,
                  std::string_view hierarchical_limit) {
  tree.add(folder + "/cgroup.procs", "10\n42\n");
  tree.add(folder + "/memory.usage_in_bytes", "500\n");
  tree.add(folder + "/memory.stat",
           "cache 90\ninactive_file 1\nactive_file 2\nhierarchical_memory_limit " +
               std::string(hierarchical_limit) +
               "\ntotal_inactive_file 30\ntotal_active_file 40\n");
  tree.add(folder + "/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n");
  tree.add(folder + "/memory.failcnt", "82\n");
  tree.add(folder + "/memory.max_usage_in_bytes", "900\n");
}

void add_v2_files(const TreeFixture& tree, const std::string& folder, std::string_view limit) {
  tree.add(folder + "/cgroup.procs", "42\n");
  tree.add(folder + "/cgroup.controllers", "cpu memory pids\n");
  tree.add(folder + "/cgroup.subtree_control", "\n");
  tree.add(folder + "/memory.current", "500\n");
  tree.add(folder + "/memory.max", limit);
  tree.add(folder + "/memory.stat", "anon 400\nfile 99\ninactive_file 30\nactive_file 40\n");
  tree.add(folder + "/memory.events",
           "low 0\nhigh 0\nmax 7\noom 2\noom_kill 1\noom_group_kill 0\n");
}

TEST(CgroupV1, BesideAnEmptyV2) {
  const TreeFixture tree(
      {{"/proc/self/mountinfo", kHybridMounts},
       {"/proc/42/cgroup", "9:name=systemd:/\n4:memory:/jobs/a\n1:cpu,cpuacct:/\n0::/\n"},
       {"/sys/fs/cgroup/unified/cgroup.controllers", ""}});
  add_v1_files(tree, "/sys/fs/cgroup/memory/jobs/a", "700");
  const auto cgroup = Cgroup::of(42, tree.root());
  ASSERT_TRUE(cgroup);
  EXPECT_EQ(cgroup->version(), 1);
  EXPECT_EQ(cgroup->path(), "/jobs/a");
  EXPECT_EQ(cgroup->procs_file(), tree.path("/sys/fs/cgroup/memory/jobs/a/cgroup.procs"));
  EXPECT_THAT(cgroup->processes(), ElementsAre(10, 42));
  const auto use = cgroup->use().value();
  EXPECT_EQ(use.usage_bytes, 500);
  EXPECT_EQ(use.limit_bytes, 700);
  EXPECT_EQ(use.file_cache_bytes, 70);
  const auto events = cgroup->events().value();
  EXPECT_EQ(events.oom_kills, 3);
  EXPECT_EQ(events.limit_hits, 82);
  EXPECT_EQ(events.peak_bytes, 900);
}

TEST(CgroupV1, LargestNumberIsNoLimit) {
  const TreeFixture tree(
      {{"/proc/self/mountinfo", kHybridMounts}, {"/proc/42/cgroup", "4:memory:/\n"}});
  add_v1_files(tree, "/sys/fs/cgroup/memory", "9223372036854771712");
  EXPECT_EQ(Cgroup::of(42, tree.root()).value().use().value().limit_bytes, 0);
}

// In a container without a cgroup namespace the mount begins at the container's own cgroup.
TEST(CgroupV1, MountMayBeginBelowTheTop) {
  const TreeFixture tree(
      {{"/proc/self/mountinfo",
        "35 31 0:32 /docker/c1 /sys/fs/cgroup/a\\040b ro - cgroup cgroup rw,memory\n"},
       {"/proc/42/cgroup", "4:memory:/docker/c1/inner\n"},
       {"/proc/43/cgroup", "4:memory:/docker/c12\n"},
       {"/proc/44/cgroup", "4:memory:/docker/c1\n"},
       {"/proc/45/cgroup", "4:memory:/../other\n"}});
  add_v1_files(tree, "/sys/fs/cgroup/a b/inner", "700");
  add_v1_files(tree, "/sys/fs/cgroup/a b", "800");
  EXPECT_EQ(Cgroup::of(42, tree.root()).value().use().value().limit_bytes, 700);
  EXPECT_FALSE(Cgroup::of(43, tree.root()));
  EXPECT_EQ(Cgroup::of(44, tree.root()).value().use().value().limit_bytes, 800);
  EXPECT_FALSE(Cgroup::of(45, tree.root()));
}

TEST(CgroupV1, ForeignMountCountsWhereTheProcessIsListed) {
  const TreeFixture tree(
      {{"/proc/self/mountinfo", "35 31 0:32 /elsewhere /m rw - cgroup cgroup rw,memory\n"},
       {"/proc/42/cgroup", "4:memory:/jobs/a\n"},
       {"/proc/43/cgroup", "4:memory:/jobs/a\n"}});
  add_v1_files(tree, "/m", "700");
  EXPECT_TRUE(Cgroup::of(42, tree.root()));
  EXPECT_FALSE(Cgroup::of(43, tree.root()));
}

TEST(CgroupV2, TightestAncestorLimits) {
  const TreeFixture tree({{"/proc/self/mountinfo", kUnifiedMount},
                          {"/proc/42/cgroup", "0::/user.slice/kernel.scope\n"},
                          {"/sys/fs/cgroup/cgroup.controllers", "cpu memory\n"}});
  add_v2_files(tree, "/sys/fs/cgroup/user.slice", "600\n");
  add_v2_files(tree, "/sys/fs/cgroup/user.slice/kernel.scope", "max\n");
  const auto cgroup = Cgroup::of(42, tree.root());
  ASSERT_TRUE(cgroup);
  EXPECT_EQ(cgroup->version(), 2);
  const auto use = cgroup->use().value();
  EXPECT_EQ(use.usage_bytes, 500);
  EXPECT_EQ(use.limit_bytes, 600);
  EXPECT_EQ(use.file_cache_bytes, 70);
  const auto events = cgroup->events().value();
  EXPECT_EQ(events.oom_kills, 1);
  EXPECT_EQ(events.limit_hits, 7);
  EXPECT_EQ(events.peak_bytes, 0);  // before Linux 5.19
  tree.add("/sys/fs/cgroup/user.slice/kernel.scope/memory.max", "300\n");
  EXPECT_EQ(cgroup->use().value().limit_bytes, 300);
}

TEST(CgroupV2, NearestAncestorWithTheControllerCounts) {
  const TreeFixture tree({{"/proc/self/mountinfo", kUnifiedMount},
                          {"/proc/42/cgroup", "0::/user.slice/session-3.scope\n"},
                          {"/proc/43/cgroup", "0::/\n"},
                          {"/sys/fs/cgroup/cgroup.controllers", "cpu memory\n"},
                          {"/sys/fs/cgroup/user.slice/session-3.scope/cgroup.procs", "42\n"}});
  add_v2_files(tree, "/sys/fs/cgroup/user.slice", "600\n");
  EXPECT_EQ(Cgroup::of(42, tree.root()).value().path(), "/user.slice");
  EXPECT_FALSE(Cgroup::of(43, tree.root()));  // the top counts nothing
}

TEST(Cgroup, IsNothingWhereThereIsNoController) {
  EXPECT_FALSE(Cgroup::of(42, TreeFixture().root()));
  const TreeFixture no_memory({{"/proc/self/mountinfo", kUnifiedMount},
                               {"/proc/42/cgroup", "0::/a\n"},
                               {"/sys/fs/cgroup/cgroup.controllers", "cpu\n"},
                               {"/sys/fs/cgroup/a/cgroup.procs", "42\n"}});
  EXPECT_FALSE(Cgroup::of(42, no_memory.root()));
  const TreeFixture nonsense({{"/proc/self/mountinfo", "- - -\n\n - cgroup\n:::: - cgroup2\n"},
                              {"/proc/42/cgroup", "::\n:::\nmemory\n4:memory\n0::\n"}});
  EXPECT_FALSE(Cgroup::of(42, nonsense.root()));
}

TEST(CgroupCreate, SaysWhyNot) {
  EXPECT_THAT(Cgroup::create("km-test", 1 << 20U, TreeFixture().root()).error().what,
              HasSubstr("no memory controller is mounted"));
  // A v2 cgroup that was not delegated: memory is not handed to it.
  const auto pid = std::to_string(::getpid());
  const TreeFixture tree({{"/proc/self/mountinfo", kUnifiedMount},
                          {"/proc/" + pid + "/cgroup", "0::/a\n"},
                          {"/run/systemd/system/", ""},
                          {"/sys/fs/cgroup/cgroup.controllers", "cpu memory\n"},
                          {"/sys/fs/cgroup/a/cgroup.controllers", "cpu\n"}});
  const auto refused = Cgroup::create("km-test", 1 << 20U, tree.root());
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().what, HasSubstr("the memory controller is not available in"));
  EXPECT_THAT(refused.error().what, HasSubstr("-p Delegate=yes kernelmedic"));
  EXPECT_THAT(Cgroup::create("km-test", 0, tree.root()).error().what,
              HasSubstr("more than 0 bytes"));
}

// In these fakes a new folder has no control files, so the limit cannot be set and nothing may be
// left.
TEST(CgroupCreate, LeavesNothingBehind) {
  const auto pid = std::to_string(::getpid());
  const TreeFixture v1(
      {{"/proc/self/mountinfo", kHybridMounts}, {"/proc/" + pid + "/cgroup", "4:memory:/a\n"}});
  add_v1_files(v1, "/sys/fs/cgroup/memory/a", "700");
  EXPECT_THAT(Cgroup::create("km-test", 1 << 20U, v1.root()).error().what,
              HasSubstr("km-test." + pid + "/memory.limit_in_bytes"));
  EXPECT_FALSE(std::filesystem::exists(v1.path("/sys/fs/cgroup/memory/a/km-test." + pid)));

  const TreeFixture v2({{"/proc/self/mountinfo", kUnifiedMount},
                        {"/proc/" + pid + "/cgroup", "0::/a\n"},
                        {"/sys/fs/cgroup/cgroup.controllers", "cpu memory\n"}});
  add_v2_files(v2, "/sys/fs/cgroup/a", "max\n");
  v2.add("/sys/fs/cgroup/a/cgroup.subtree_control", "memory\n");
  EXPECT_THAT(Cgroup::create("km-test", 1 << 20U, v2.root()).error().what,
              HasSubstr("/a/km-test." + pid + "/memory.max"));
  EXPECT_FALSE(std::filesystem::exists(v2.path("/sys/fs/cgroup/a/km-test." + pid)));
}

TEST(CgroupCreate, RemovesWhatTheDeadLeft) {
  const auto pid = std::to_string(::getpid());
  const TreeFixture tree({{"/proc/self/mountinfo", kHybridMounts},
                          {"/proc/" + pid + "/cgroup", "4:memory:/a\n"},
                          {"/sys/fs/cgroup/memory/a/km-test.999999999/", ""},
                          {"/sys/fs/cgroup/memory/a/km-test.999999999-1/", ""},
                          {"/sys/fs/cgroup/memory/a/km-test.1/", ""},
                          {"/sys/fs/cgroup/memory/a/km-test.x/", ""},
                          {"/sys/fs/cgroup/memory/a/other.999999999/", ""}});
  add_v1_files(tree, "/sys/fs/cgroup/memory/a", "700");
  EXPECT_FALSE(Cgroup::create("km-test", 1 << 20U, tree.root()));
  const auto exists = [&](const std::string& name) {
    return std::filesystem::exists(tree.path("/sys/fs/cgroup/memory/a/" + name));
  };
  EXPECT_FALSE(exists("km-test.999999999"));
  EXPECT_FALSE(exists("km-test.999999999-1"));
  EXPECT_TRUE(exists("km-test.1"));
  EXPECT_TRUE(exists("km-test.x"));
  EXPECT_TRUE(exists("other.999999999"));
}

TEST(CgroupReal, LimitKillsAndIsCounted) {
  constexpr std::int64_t kLimit = 32LL << 20U;
  auto cgroup = Cgroup::create("km-os-test", kLimit);
  if (!cgroup) GTEST_SKIP() << cgroup.error().what;
  const auto procs_file = cgroup->procs_file();
  const auto before = cgroup->events().value();
  EXPECT_EQ(cgroup->use().value().limit_bytes, kLimit);
  EXPECT_THAT(cgroup->processes(), IsEmpty());

  ChildPlan plan;
  plan.argv = {"dd", "if=/dev/zero", "of=/dev/null", "bs=256M", "count=1", "status=none"};
  plan.cgroup_procs_file = procs_file;
  auto child = Child::start(plan);
  ASSERT_TRUE(child) << child.error().what;
  const auto status = child->wait().value();
  EXPECT_EQ(status.signal, SIGKILL);
  const auto after = cgroup->events().value();
  EXPECT_EQ(after.oom_kills - before.oom_kills, 1);
  EXPECT_GT(after.limit_hits, before.limit_hits);
  EXPECT_LE(after.peak_bytes, kLimit);
  EXPECT_GE(status.max_rss_bytes, kLimit / 2);

  auto second = Cgroup::create("km-os-test", kLimit);
  ASSERT_TRUE(second) << second.error().what;
  EXPECT_NE(second->procs_file(), procs_file);
  const auto second_file = second->procs_file();
  { const auto gone = std::move(*second); }
  *cgroup = std::move(*cgroup);
  { const auto gone = std::move(*cgroup); }
  EXPECT_FALSE(std::filesystem::exists(procs_file));
  EXPECT_FALSE(std::filesystem::exists(second_file));
}

TEST(CgroupReal, OwnOneIsFound) {
  const auto cgroup = Cgroup::of(::getpid());
  if (!cgroup) GTEST_SKIP() << "no memory controller here";
  EXPECT_THAT(cgroup->processes(), ::testing::AnyOf(IsEmpty(), ::testing::Contains(::getpid())));
  EXPECT_GT(cgroup->use().value().usage_bytes, 0);
  EXPECT_TRUE(cgroup->events());
}

}  // namespace
}  // namespace km::os
