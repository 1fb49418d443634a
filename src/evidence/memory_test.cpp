#include "evidence/collectors.h"

#include <csignal>
#include <gtest/gtest.h>

namespace km::evidence {
namespace {

constexpr std::int64_t kMiB = 1 << 20;

// Grows by 100 MiB every 50 ms and is then, for one look, a zombie.
Scene growing() {
  Scene scene;
  scene.started_us = 1'000'000;
  scene.samples.resize(101);
  for (std::int64_t i = 0; i < 100; ++i) {
    Sample& sample = scene.samples[static_cast<std::size_t>(i)];
    sample.time_us = scene.started_us + i * 50'000;
    sample.tree_rss_bytes = (i + 1) * 100 * kMiB;
    sample.root_rss_bytes = sample.tree_rss_bytes;
    sample.available_bytes = (200 - i) * 100 * kMiB;
    sample.cgroup_usage_bytes = sample.tree_rss_bytes + kMiB;
    sample.cgroup_limit_bytes = 10'000 * kMiB;
    sample.threads = 3;
    sample.processes = 1;
  }
  scene.samples[100].time_us = scene.started_us + 5'000'000;
  scene.ended_us = scene.started_us + 5'000'000;
  scene.status = os::ExitStatus{SIGKILL, 0, false, 10'100 * kMiB, 1.0, 0.5};
  return scene;
}

casefile::CaseFile collected(const Scene& scene) {
  casefile::CaseFile out;
  out.death.emplace();
  collect_memory(scene, out);
  return out;
}

TEST(Memory, TellsGrowthPeakAndTheLastLook) {
  const auto out = collected(growing());
  EXPECT_EQ(out.number("memory.last_bytes"), 10'000 * kMiB);
  EXPECT_EQ(out.number("memory.peak_bytes"), 10'000 * kMiB);
  EXPECT_EQ(out.number("memory.growth_bytes_per_second"), 2'000 * kMiB);
  EXPECT_EQ(out.number("memory.available_lowest_bytes"), 10'100 * kMiB);
  EXPECT_EQ(out.number("memory.largest_known_bytes"), 10'100 * kMiB);
  EXPECT_EQ(out.number("threads.last"), 3);
  EXPECT_TRUE(out.find("gpu.used_bytes").empty());
  EXPECT_TRUE(out.find("fds.last").empty());
}

TEST(Memory, PlotsWhatTheLimitCounts) {
  Scene scene = growing();
  scene.marks = {{1.5, "cell 3"}};
  const auto by_cgroup = collected(scene);
  EXPECT_EQ(by_cgroup.text("memory.limit_source"), "cgroup");
  EXPECT_EQ(by_cgroup.death->memory.limit_bytes, 10'000 * kMiB);
  ASSERT_EQ(by_cgroup.death->memory.series.size(), 100U);
  EXPECT_EQ(by_cgroup.death->memory.series.back().used_bytes, 10'001 * kMiB);
  EXPECT_DOUBLE_EQ(by_cgroup.death->memory.series[1].seconds, 0.05);
  EXPECT_EQ(by_cgroup.death->memory.cells.size(), 1U);
  scene.limit_bytes = 9'000 * kMiB;
  scene.limit_source = "RLIMIT_DATA";
  const auto by_rlimit = collected(scene);
  EXPECT_EQ(by_rlimit.text("memory.limit_source"), "RLIMIT_DATA");
  EXPECT_EQ(by_rlimit.death->memory.series.back().used_bytes, 10'000 * kMiB);
}

TEST(Memory, TrustsThePeakOfTheCgroupOnlyWhereItIsOurs) {
  Scene scene = growing();
  scene.cgroup_after = os::CgroupEvents{0, 0, 20'000 * kMiB};
  EXPECT_EQ(collected(scene).number("memory.largest_known_bytes"), 10'100 * kMiB);
  scene.cgroup_own = true;
  EXPECT_EQ(collected(scene).number("memory.largest_known_bytes"), 20'000 * kMiB);
}

TEST(Memory, IsAGapWithoutSamples) {
  const auto out = collected(Scene{});
  EXPECT_EQ(out.gaps.size(), 1U);
  EXPECT_TRUE(out.find("memory.last_bytes").empty());
  ASSERT_EQ(out.find("memory.limit_bytes").size(), 1U);
  EXPECT_EQ(out.find("memory.limit_bytes")[0]->value, casefile::Value(casefile::NotThere{}));
}

TEST(Memory, OneLookHasNoGrowth) {
  Scene scene = growing();
  scene.samples.resize(1);
  EXPECT_TRUE(collected(scene).find("memory.growth_bytes_per_second").empty());
}

TEST(Limits, AreDecidedWhereTheListIsKnown) {
  casefile::CaseFile none;
  collect_limits(Scene{}, none);
  EXPECT_TRUE(none.facts.empty());
  Scene scene;
  scene.limits = {{"RLIMIT_NPROC", 4096}};
  casefile::CaseFile out;
  collect_limits(scene, out);
  EXPECT_EQ(out.number("limit.processes"), 4096);
  EXPECT_EQ(out.find("limit.data_bytes")[0]->value, casefile::Value(casefile::NotThere{}));
}

}  // namespace
}  // namespace km::evidence
