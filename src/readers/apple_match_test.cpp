#include "readers/apple_match.h"

#include <gtest/gtest.h>

namespace km::readers::apple {
namespace {

// 2026-03-04 10:20:30 UTC
constexpr std::int64_t kStarted = 1772619630;
const Seen kSeen{4711, "/opt/venv/bin/python3.11", kStarted, kStarted + 90};

std::string crash(const char* pid, const char* path, const char* launch) {
  return std::string(R"({"bug_type":"309","timestamp":"2026-03-04 11:22:01.00 +0100"})") + "\n" +
         R"({"pid":)" + pid + R"(,"procPath":")" + path + R"(","procLaunch":")" + launch +
         R"(","captureTime":"2026-03-04 11:21:59.1234 +0100"})";
}

TEST(UnixSeconds, TakesWhatReportsWrite) {
  EXPECT_EQ(unix_seconds("2026-03-04 11:20:30.5123 +0100"), kStarted);
  EXPECT_EQ(unix_seconds("2026-03-04 05:20:30.00 -0500"), kStarted);
  EXPECT_EQ(unix_seconds("2026-03-04 10:20:30 Z"), kStarted);
  EXPECT_EQ(unix_seconds("1970-01-01 00:00:00 +0000"), 0);
  EXPECT_EQ(unix_seconds("yesterday"), std::nullopt);
  EXPECT_EQ(unix_seconds("2026-99-04 10:20:30"), std::nullopt);
}

TEST(Match, IsTheReportOfThatProcess) {
  EXPECT_EQ(match_of(crash("4711", "/Library/Frameworks/Python.framework/MacOS/Python",
                           "2026-03-04 11:20:31.0000 +0100"),
                     kSeen),
            Match::crash)
      << "a framework's Python starts itself anew under another name";
}

TEST(Match, IsNotAnotherProcessNorAnEarlierOneOfThatPid) {
  const char* const at = "2026-03-04 11:20:31.0000 +0100";
  EXPECT_EQ(match_of(crash("4712", "/usr/bin/python3", at), kSeen), Match::none);
  EXPECT_EQ(match_of(crash("4711", "/Applications/Safari.app/Safari", at), kSeen), Match::none);
  EXPECT_EQ(match_of(crash("4711", "/usr/bin/python3", "2026-03-03 11:20:31.0 +0100"), kSeen),
            Match::none);
}

TEST(Match, WithoutALaunchTheEndDecides) {
  EXPECT_EQ(match_of(crash("4711", "/usr/bin/python3", ""), kSeen), Match::crash);
  const Seen later{4711, "", kStarted + 86400, kStarted + 86500};
  EXPECT_EQ(match_of(crash("4711", "/usr/bin/python3", ""), later), Match::none);
}

TEST(Match, TakesTheOldText) {
  const std::string text =
      "Process:               Python [4711]\nPath:                  /opt/python/Python\n"
      "Date/Time:             2026-03-04 11:22:00.123 +0100\nLaunch Time:           2026-03-04 "
      "11:20:30.000 +0100\n";
  EXPECT_EQ(match_of(text, kSeen), Match::crash);
  EXPECT_EQ(match_of("{\"bug_type\":\"109\"}\n" + text, kSeen), Match::crash);
}

TEST(Match, IsAVictimOfJetsamOnlyWithAReason) {
  const std::string head =
      "{\"bug_type\":\"298\",\"timestamp\":\"2026-03-04 11:22:01.00 +0100\"}\n";
  EXPECT_EQ(match_of(head + R"({"processes":[{"pid":1,"name":"launchd"},
                     {"pid":4711,"name":"python3.11","reason":"vm-pageshortage"}]})",
                     kSeen),
            Match::jetsam);
  EXPECT_EQ(match_of(head + R"({"processes":[{"pid":4711,"name":"python3.11"}]})", kSeen),
            Match::none);
}

TEST(Match, IsNoneForWhatIsTorn) {
  const std::string whole = crash("4711", "/usr/bin/python3", "2026-03-04 11:20:31.0 +0100");
  for (std::size_t size = 0; size < whole.size(); size += 7)
    EXPECT_EQ(match_of(whole.substr(0, size), kSeen), Match::none) << size;
}

}  // namespace
}  // namespace km::readers::apple
