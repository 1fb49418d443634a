#include "runner/timing.h"

#include <gtest/gtest.h>

namespace km::runner {
namespace {

using jupyter::Json;
const std::chrono::system_clock::time_point kNow{std::chrono::microseconds(1'700'000'000'123'456)};

std::string stamp(const char* date) { return timestamp(Json{{"date", date}}, kNow); }

TEST(Timing, KeepsTheKernelsDateWithSixDigits) {
  EXPECT_EQ(stamp("2026-11-24T16:17:01.123456Z"), "2026-11-24T16:17:01.123456Z");
  EXPECT_EQ(stamp("2026-11-24T16:17:01.5Z"), "2026-11-24T16:17:01.500000Z");
  EXPECT_EQ(stamp("2026-11-24T16:17:01Z"), "2026-11-24T16:17:01.000000Z");
  EXPECT_EQ(stamp("2026-11-24T16:17:01.123456789+00:00"), "2026-11-24T16:17:01.123456Z");
}

TEST(Timing, TakesOurClockWhereTheDateIsNone) {
  for (const char* date : {"", "yesterday", "2026-11-24", "2026-11-24 16:17:01"}) {
    EXPECT_EQ(stamp(date), "2023-11-14T22:13:20.123456Z") << date;
  }
  EXPECT_EQ(timestamp(Json::array(), kNow), "2023-11-14T22:13:20.123456Z");
  EXPECT_EQ(timestamp(Json{{"date", 5}}, kNow), "2023-11-14T22:13:20.123456Z");
}

TEST(Timing, RecordsFourMessagesAndNoOther) {
  const auto message = [](const char* type, Json content) {
    jupyter::Message made;
    made.type = type;
    made.header = Json{{"date", "2026-11-24T16:17:01Z"}};
    made.content = std::move(content);
    return made;
  };
  Json execution = Json::object();
  record_timing(execution, message("status", {{"execution_state", "busy"}}), kNow);
  record_timing(execution, message("execute_input", Json::object()), kNow);
  record_timing(execution, message("stream", Json::object()), kNow);
  record_timing(execution, message("status", {{"execution_state", "starting"}}), kNow);
  record_timing(execution, message("execute_reply", Json::object()), kNow);
  record_timing(execution, message("status", {{"execution_state", "idle"}}), kNow);
  EXPECT_EQ(execution.size(), 4U);
  EXPECT_TRUE(execution.contains("iopub.status.busy"));
  EXPECT_TRUE(execution.contains("iopub.execute_input"));
  EXPECT_TRUE(execution.contains("shell.execute_reply"));
  EXPECT_TRUE(execution.contains("iopub.status.idle"));
}

}  // namespace
}  // namespace km::runner
