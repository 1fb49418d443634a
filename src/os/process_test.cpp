#include "os/process.h"

#include "os/child.h"
#include "os/tree_fixture.h"

#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>

#include <sys/resource.h>

namespace km::os {
namespace {

using ::testing::IsEmpty;

std::string stat_line(std::string_view name) {
  return "42 (" + std::string(name) +
         ") S 7 42 42 0 -1 4194304 100 0 0 0 11 22 0 0 20 0 5 0 12345 9000000 300 "
         "18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0\n";
}

TEST(ParseStat, TakesAnyName) {
  for (const auto* const name : {"python", "foo) Z ", "a b", "(sd-pam)", ")", "", "x\n9 (y) Z 1"}) {
    const auto stat = parse_stat(stat_line(name));
    ASSERT_TRUE(stat) << name;
    EXPECT_EQ(stat->name, name);
    EXPECT_EQ(stat->state, 'S') << name;
    EXPECT_EQ(stat->parent, 7);
    EXPECT_EQ(stat->threads, 5);
    EXPECT_EQ(stat->user_ticks, 11U);
    EXPECT_EQ(stat->system_ticks, 22U);
    EXPECT_EQ(stat->start_ticks, 12345U);
    EXPECT_EQ(stat->rss_pages, 300);
  }
}

TEST(ParseStat, RefusesWhatIsTornOrForeign) {
  const auto whole = stat_line("python");
  for (std::size_t length = 0; length < whole.find(" 300 "); ++length) {
    EXPECT_FALSE(parse_stat(whole.substr(0, length))) << whole.substr(0, length);
  }
  EXPECT_FALSE(parse_stat(")42("));
  EXPECT_FALSE(parse_stat("42 (x) S seven"));
  EXPECT_FALSE(parse_stat("42 (x) S 99999999999999999999 1 1 1"));
  EXPECT_FALSE(parse_stat(std::string("\0\0\0", 3)));
}

TEST(Process, KnowsItself) {
  const auto self = identify(::getpid());
  ASSERT_TRUE(self);
  EXPECT_GT(self->start_ticks, 0U);
  EXPECT_TRUE(is_alive(*self));
  // The same pid in another life.
  EXPECT_FALSE(is_alive({self->pid, self->start_ticks + 1}));
  EXPECT_FALSE(identify(-1));
}

TEST(Process, ZombieIsThereButNotAlive) {
  ChildPlan plan;
  plan.argv = {"/bin/sh", "-c", "exit 0"};
  auto child = Child::start(plan).value();
  ASSERT_TRUE(child.ended_within(std::chrono::seconds(20)));
  const auto id = identify(child.pid());
  ASSERT_TRUE(id);
  EXPECT_FALSE(is_alive(*id));
  ASSERT_TRUE(child.wait());
  EXPECT_FALSE(identify(child.pid()));
}

TEST(Limits, LeaveOutWhatIsUnlimited) {
  const TreeFixture tree(
      {{"/proc/42/limits",
        "Limit                     Soft Limit           Hard Limit           Units     \n"
        "Max cpu time              unlimited            unlimited            seconds   \n"
        "Max data size             1073741824           unlimited            bytes     \n"
        "Max processes             96364                96364                processes \n"
        "Max nice priority         0                    0                    \n"
        "Max open files            torn"}});
  const auto limits = limits_of(42, tree.root());
  ASSERT_EQ(limits.size(), 2U);
  EXPECT_EQ(limits[0].name, "RLIMIT_DATA");
  EXPECT_EQ(limits[0].soft, 1073741824);
  EXPECT_EQ(limits[1].name, "RLIMIT_NPROC");
  EXPECT_THAT(limits_of(43, tree.root()), IsEmpty());
}

TEST(Limits, AreTheRealOnes) {
  rlimit files{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &files), 0);
  for (const auto& limit : limits_of(::getpid())) {
    if (limit.name == "RLIMIT_NOFILE") {
      EXPECT_EQ(limit.soft, static_cast<std::int64_t>(files.rlim_cur));
    }
  }
}

TEST(OomScore, IsReadOrAbsent) {
  const TreeFixture tree({{"/proc/42/oom_score", "667\n"},
                          {"/proc/42/oom_score_adj", "-1000\n"},
                          {"/proc/43/oom_score", ""}});
  EXPECT_EQ(oom_score(42, tree.root()), 667);
  EXPECT_EQ(oom_score_adj(42, tree.root()), -1000);
  EXPECT_EQ(oom_score(43, tree.root()), std::nullopt);
  EXPECT_EQ(oom_score_adj(44, tree.root()), std::nullopt);
}

}  // namespace
}  // namespace km::os
