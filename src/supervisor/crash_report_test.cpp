#include "supervisor/crash_report.h"

#include "supervisor/test_folder.h"

#include <algorithm>
#include <fstream>
#include <gtest/gtest.h>
#include <thread>

namespace km::supervisor {
namespace {

using std::chrono::milliseconds;

constexpr std::int64_t kStarted = 1772619630;  // 2026-03-04 10:20:30 UTC
const readers::apple::Seen kSeen{4711, "/opt/venv/bin/python3.11", kStarted, kStarted + 90};
constexpr std::string_view kReport =
    R"({"bug_type":"309","app_name":"python3.11","timestamp":"2026-03-04 11:22:01.00 +0100"})"
    "\n"
    R"({"pid":4711,"procName":"python3.11","procPath":"/opt/venv/bin/python3.11",
"procLaunch":"2026-03-04 11:20:31.0000 +0100","translated":false,"cpuType":"ARM-64",
"exception":{"type":"EXC_BAD_ACCESS","signal":"SIGSEGV","subtype":"KERN_INVALID_ADDRESS at 0x8"},
"faultingThread":0,
"threads":[{"triggered":true,"queue":"metal gpu stream","frames":[{"imageOffset":64,"imageIndex":0,"symbol":"run"}]}],
"usedImages":[{"path":"/opt/x/libmetal_plugin.dylib","name":"libmetal_plugin.dylib","arch":"arm64"}]})";

bool has(const CrashReport& report, std::string_view name) {
  return std::any_of(report.facts.begin(), report.facts.end(),
                     [&](const auto& fact) { return fact.name == name; });
}

void write(const std::filesystem::path& path, std::string_view text) {
  std::ofstream(path) << text;
}

TEST(CrashReport, IsReadAsExplainReadsIt) {
  const TestFolder folder;
  write(folder.path() / "other.ips", "{}");
  write(folder.path() / "python3.11-2026-03-04-112201.ips", kReport);
  const auto report = await_crash_report(kSeen, {folder.path()}, milliseconds(0));
  EXPECT_TRUE(has(report, "crash.exception"));
  EXPECT_TRUE(has(report, "crash.queue"));
  EXPECT_FALSE(has(report, "exit.signal")) << "the wait status tells it";
  EXPECT_TRUE(report.gaps.empty());
}

TEST(CrashReport, IsAwaitedWhileItIsWritten) {
  const TestFolder folder;
  const auto file = folder.path() / "python3.11.ips";
  std::thread system([&] {
    write(file, kReport.substr(0, kReport.size() / 2));
    std::this_thread::sleep_for(milliseconds(250));
    write(file, kReport);
  });
  const auto report = await_crash_report(kSeen, {folder.path()}, milliseconds(20'000));
  system.join();
  EXPECT_TRUE(has(report, "crash.exception"));
}

TEST(CrashReport, ThatDoesNotComeIsAGap) {
  const TestFolder folder;
  const auto report =
      await_crash_report(kSeen, {folder.path() / "absent", folder.path()}, milliseconds(0));
  ASSERT_EQ(report.gaps.size(), 1U);
  EXPECT_EQ(report.gaps.front().what, "the system's crash report");
}

TEST(CrashReport, AFolderThatCannotBeReadIsAGapWithItsRemedy) {
  const TestFolder folder;
  const auto no_folder = folder.path() / "no folder";
  write(no_folder, "");
  const auto report = await_crash_report(kSeen, {no_folder}, milliseconds(0));
  ASSERT_EQ(report.gaps.size(), 1U);
  EXPECT_NE(report.gaps.front().remedy.find("kernelmedic explain"), std::string::npos);
}

TEST(CrashReport, IsNotLookedForWhereTheSystemWritesNone) {
  const auto report = await_crash_report(kSeen, {}, milliseconds(20'000));
  EXPECT_TRUE(report.facts.empty());
  EXPECT_TRUE(report.gaps.empty());
}

}  // namespace
}  // namespace km::supervisor
