// The watcher beside a real child: it sees what the child does, and stops when told.
#include "supervisor/watcher.h"

#include "os/child.h"
#include "os/process.h"

#include <chrono>
#include <csignal>
#include <functional>
#include <gtest/gtest.h>
#include <thread>

namespace km::supervisor {
namespace {

using namespace std::chrono_literals;

// Looks until `done` holds; the bound is for a broken watcher only.
bool wait_for(const std::function<bool()>& done) {
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (std::chrono::steady_clock::now() < deadline) {
    if (done()) return true;
    std::this_thread::sleep_for(5ms);
  }
  return false;
}

class WatcherTest : public ::testing::Test {
 protected:
  WatcherTest() : recorder_(Recorder::in_memory()) {
    os::ChildPlan plan;
    plan.argv = {"/bin/sleep", "1000"};
    child_.emplace(os::Child::start(plan).value());
  }
  ~WatcherTest() override {
    static_cast<void>(child_->signal(SIGKILL));
    if (!child_->reaped()) static_cast<void>(child_->wait());
  }
  Watcher::Plan plan() {
    Watcher::Plan plan;
    plan.pid = child_->pid();
    plan.recorder = &*recorder_;
    plan.busy_tick = 5ms;
    plan.idle_tick = 5ms;
    return plan;
  }
  Result<Recorder> recorder_;
  std::optional<os::Child> child_;
};

TEST_F(WatcherTest, RecordsAProcess) {
  Watcher watcher(plan());
  ASSERT_TRUE(wait_for([&] { return watcher.latest().root_rss_bytes > 0; }));
  const auto first = watcher.latest();
  EXPECT_GT(first.root_rss_bytes, 0);
  EXPECT_EQ(first.processes, 1);
  EXPECT_EQ(first.threads, 1);
  EXPECT_GT(first.available_bytes, 0);
  EXPECT_EQ(first.cgroup_usage_bytes, -1);
  ASSERT_TRUE(wait_for([&] { return watcher.latest().time_us > first.time_us; }));
  EXPECT_GE(watcher.peak_rss_bytes(), first.tree_rss_bytes);
  watcher.stop();
  EXPECT_GE(recorder_->read().samples.size(), 2U);
  EXPECT_EQ(watcher.gap(), "");
}

TEST_F(WatcherTest, StopsAtOnceEvenFromALongTick) {
  auto slow = plan();
  slow.busy_tick = 1h;
  slow.idle_tick = 1h;
  Watcher watcher(slow);
  ASSERT_TRUE(wait_for([&] { return watcher.latest().time_us > 0; }));
  watcher.busy(false);
  const auto begin = std::chrono::steady_clock::now();
  watcher.stop();
  watcher.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
}

TEST_F(WatcherTest, ACellThatBeginsIsSeenAtOnce) {
  auto slow = plan();
  slow.idle_tick = 1h;
  Watcher watcher(slow);
  watcher.busy(false);
  ASSERT_TRUE(wait_for([&] { return watcher.latest().time_us > 0; }));
  const auto idle = watcher.latest().time_us;
  watcher.busy(true);
  EXPECT_TRUE(wait_for([&] { return watcher.latest().time_us > idle; }));
}

TEST_F(WatcherTest, OutlivesTheProcess) {
  Watcher watcher(plan());
  ASSERT_TRUE(wait_for([&] { return watcher.latest().time_us > 0; }));
  ASSERT_TRUE(child_->signal(SIGKILL));
  ASSERT_TRUE(child_->wait());
  watcher.stop();
  // No look at a dead process may have been taken for one with nothing in memory.
  for (const auto& sample : recorder_->read().samples) EXPECT_GT(sample.data_vm_bytes, 0);
}

TEST_F(WatcherTest, ReadsTheCgroupWhereThereIsOne) {
  const auto cgroup = os::Cgroup::of(child_->pid());
  if (!cgroup || !cgroup->use()) GTEST_SKIP() << "no memory cgroup is to be seen here";
  auto with = plan();
  with.cgroup = &*cgroup;
  Watcher watcher(with);
  ASSERT_TRUE(wait_for([&] { return watcher.latest().time_us > 0; }));
  EXPECT_GT(watcher.latest().cgroup_usage_bytes, 0);
}

}  // namespace
}  // namespace km::supervisor
