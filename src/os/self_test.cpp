#include "os/self.h"

#include "os/tree_fixture.h"

#include <gtest/gtest.h>

namespace km::os {
namespace {

TEST(Self, KnowsItsOwnFile) {
  const auto file = own_executable();
  if (file.empty()) GTEST_SKIP() << "the system does not tell";
  EXPECT_TRUE(std::filesystem::exists(file)) << file;
}

TEST(Self, TakesTheTightestTaskLimitAbove) {
  const TreeFixture tree({{"/proc/self/cgroup", "8:pids:/user/me\n4:memory:/\n0::/unused\n"},
                          {"/sys/fs/cgroup/pids/user/me/pids.max", "max\n"},
                          {"/sys/fs/cgroup/pids/user/pids.max", "4096\n"},
                          {"/sys/fs/cgroup/pids/pids.max", "9999\n"}});
  EXPECT_EQ(task_limit(tree.root()), 4096);
}

TEST(Self, FindsTheTaskLimitOfAContainerWhosePathIsTheHosts) {
  const TreeFixture tree(
      {{"/proc/self/cgroup", "0::/kubepods/pod1\n"}, {"/sys/fs/cgroup/pids.max", "100\n"}});
  EXPECT_EQ(task_limit(tree.root()), 100);
}

TEST(Self, HasNoTaskLimitWhereNothingTellsOne) {
  EXPECT_EQ(task_limit(TreeFixture({{"/proc/self/cgroup", "garbage\n::::\n"}}).root()),
            std::nullopt);
  EXPECT_EQ(task_limit(TreeFixture().root()), std::nullopt);
}

TEST(Self, TellsThePidNamespaceByItsNumber) {
  const TreeFixture host;
  host.link("/proc/self/ns/pid", "pid:[4026531836]");
  EXPECT_TRUE(sees_host_pids(host.root()));
  const TreeFixture container;
  container.link("/proc/self/ns/pid", "pid:[4026532301]");
  EXPECT_FALSE(sees_host_pids(container.root()));
}

}  // namespace
}  // namespace km::os
