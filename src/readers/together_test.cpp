// What only all the evidence together tells.
#include "readers/together.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace km::readers {
namespace {

using casefile::CaseFile;
using Frames = std::vector<std::string>;

TEST(JudgeTogether, ContradictionsAreShownAndLongerVersionsAreNone) {
  CaseFile out;
  out.add("host.os", std::string("macos"), "a:1");
  out.add("host.os", std::string("linux"), "b:1");
  out.add("python.version", std::string("3.11"), "a:2");
  out.add("python.version", std::string("3.11.4"), "b:2");
  judge_together(out);
  ASSERT_EQ(out.gaps.size(), 1U);
  EXPECT_THAT(out.gaps.front().why, testing::HasSubstr("a:1 says macos, b:1 says linux"));
}

TEST(JudgeTogether, AStackThatEndsInAbortTellsTheSignal) {
  CaseFile out;
  out.add("crash.stack", Frames{"libsystem_kernel.dylib`__pthread_kill + 8", "libx`f + 1"}, "a:1");
  judge_together(out);
  EXPECT_EQ(out.text("exit.signal"), "SIGABRT");
  ASSERT_TRUE(out.death);
  EXPECT_EQ(out.death->signal, "SIGABRT");
}

TEST(JudgeTogether, OtherStacksTellNone) {
  CaseFile out;
  out.add("crash.stack", Frames{"libx`abort_soon + 8", "libx`f + 1"}, "a:1");
  judge_together(out);
  EXPECT_FALSE(out.text("exit.signal"));
  CaseFile nothing;
  judge_together(nothing);
  EXPECT_FALSE(nothing.death);
}

}  // namespace
}  // namespace km::readers
