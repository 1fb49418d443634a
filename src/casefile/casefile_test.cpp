// Asking a case file: several collectors may add to one name, and a wrong type is no answer.
#include "casefile/casefile.h"

#include <gtest/gtest.h>

namespace km::casefile {
namespace {

TEST(CaseFile, TellsNothingFromNotThere) {
  CaseFile casefile;
  casefile.none("oom.report", "/dev/kmsg");
  EXPECT_EQ(casefile.find("oom.report").size(), 1U);
  EXPECT_TRUE(casefile.find("oom.victim").empty());
  EXPECT_FALSE(casefile.text("oom.report"));
}

TEST(CaseFile, GivesTheFirstValueOfTheAskedType) {
  CaseFile casefile;
  casefile.none("exit.code", "wait status");
  casefile.add("exit.code", std::string("three"), "a log");
  casefile.add("exit.code", std::int64_t{3}, "wait status");
  casefile.add("exit.code", std::int64_t{4}, "later");
  casefile.add("kernel.ready", true, "shell channel");
  EXPECT_EQ(casefile.number("exit.code"), 3);
  EXPECT_EQ(casefile.text("exit.code"), "three");
  EXPECT_EQ(casefile.flag("exit.code"), std::nullopt);
  EXPECT_EQ(casefile.flag("kernel.ready"), true);
}

TEST(CaseFile, NumbersWithFractionsAreCutAndHugeOnesAreNone) {
  CaseFile casefile;
  casefile.add("exit.cpu_seconds", 2.9, "rusage");
  casefile.add("exit.uptime_seconds", 1e300, "clock");
  EXPECT_EQ(casefile.number("exit.cpu_seconds"), 2);
  EXPECT_EQ(casefile.number("exit.uptime_seconds"), std::nullopt);
}

}  // namespace
}  // namespace km::casefile
