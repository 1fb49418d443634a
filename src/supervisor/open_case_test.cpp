// open.json there and back, and what only looks like one.
#include "supervisor/open_case.h"

#include <gtest/gtest.h>

namespace km::supervisor {
namespace {

OpenCase example() {
  OpenCase open;
  open.supervisor = {10, 100};
  open.child = {11, 110};
  open.scene.subject = "kernel";
  open.scene.pid = 11;
  open.scene.argv = {"python", "-m", "x\xff"};  // not UTF-8
  open.scene.started_us = 5'000'000;
  open.started_unix_us = 1'700'000'000'000'000;
  open.scene.limit_bytes = 1 << 20;
  open.scene.limit_source = "RLIMIT_DATA";
  open.scene.cgroup_before = os::CgroupEvents{1, 2, 3};
  open.scene.limits = {{"RLIMIT_DATA", 1 << 20}};
  open.scene.oom_score = 7;
  open.journal = "/x/journal";
  return open;
}

TEST(OpenCase, ComesBackAsItWas) {
  const auto open = open_case_from_json(to_json(example()));
  ASSERT_TRUE(open) << open.error().what;
  EXPECT_EQ(open->supervisor, (os::ProcessId{10, 100}));
  EXPECT_EQ(open->scene.pid, 11);
  EXPECT_EQ(open->scene.argv.at(2), "x\xEF\xBF\xBD");
  EXPECT_EQ(open->scene.limit_bytes, 1 << 20);
  EXPECT_EQ(open->scene.cgroup_before->limit_hits, 2);
  EXPECT_EQ(open->scene.limits, example().scene.limits);
  EXPECT_EQ(open->scene.oom_score, 7);
  EXPECT_FALSE(open->scene.oom_score_adj);
  EXPECT_FALSE(open->scene.host_oom_kills_before);
  EXPECT_EQ(open->journal, "/x/journal");
}

TEST(OpenCase, RefusesWhatIsNone) {
  const std::string deep(100'000, '[');
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("[]"), std::string("{}"),
        std::string(R"({"schema": 1})"), std::string(R"({"schema": "kernelmedic.open/1"})"),
        std::string(R"({"schema": "kernelmedic.open/1", "supervisor": {"pid": "x"}})"), deep}) {
    EXPECT_FALSE(open_case_from_json(text)) << text.substr(0, 40);
  }
  EXPECT_FALSE(read_open_case("/nonexistent"));
}

TEST(SceneOf, PutsTimesOnTheClockOfTheStart) {
  Recording recording;
  recording.marks = {{7'000'000, "cell 1", "12.py"}, {8'000'000, "cell 2", ""}};
  recording.words = "last";
  const auto scene = scene_of(example(), recording, 65'000'000);
  EXPECT_EQ(scene.ended_time, "2023-11-14T22:14:20Z");
  ASSERT_EQ(scene.marks.size(), 2U);
  EXPECT_DOUBLE_EQ(scene.marks[0].seconds, 2.0);
  EXPECT_EQ(scene.cell_files.at("12.py"), "cell 1");
  EXPECT_EQ(scene.cell_files.size(), 1U);
  EXPECT_EQ(scene.words, "last");
}

}  // namespace
}  // namespace km::supervisor
