#include "kernels/forewarning.h"

#include "os/tree_fixture.h"

#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

namespace km::kernels {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(SureKillers, AreTheDeadlyFindings) {
  EXPECT_THAT(
      sure_killers(
          R"({"findings": [{"cause": "translated_process", "title": "A", "what": "a.", "deadly": true},
                                            {"cause": "translated_process", "title": "B", "what": "b.", "deadly": false},
                                            {"cause": "broken_installation", "title": "D", "deadly": true},
                                            {"title": "C", "what": "c."}]})"),
      ElementsAre("A: a."));
  for (const char* wild : {"", "{", "[]", "{\"findings\": 1}", "{\"findings\": [1, null]}"})
    EXPECT_THAT(sure_killers(wild), IsEmpty()) << wild;
}

class ForewarningTest : public ::testing::Test {
 protected:
  ForewarningPlan plan(std::string_view script) const {
    tree_.add("/program", std::string("#!/bin/sh\n").append(script));
    ::chmod(tree_.path("/program").c_str(), 0700);
    return {tree_.path("/program"), "/x/python", "", tree_.path("/")};
  }
  os::TreeFixture tree_;
};

TEST_F(ForewarningTest, IsTakenOnceItIsThere) {
  auto warning =
      Forewarning::begin(plan("echo '{\"findings\": [{\"cause\": \"translated_process\", "
                              "\"title\": \"'$6 $7'\", \"what\": \".\", "
                              "\"deadly\": true}]}'"));
  ASSERT_TRUE(warning);
  std::vector<std::string> taken;
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (taken.empty() && std::chrono::steady_clock::now() < until) taken = warning->take();
  EXPECT_THAT(taken, ElementsAre("--python /x/python: ."));
  EXPECT_THAT(warning->take(), IsEmpty());
}

TEST_F(ForewarningTest, IsNotWaitedFor) {
  auto warning = Forewarning::begin(plan("exec sleep 1000"));
  ASSERT_TRUE(warning);
  EXPECT_THAT(warning->take(), IsEmpty());
}  // and ends with the one who asked

TEST_F(ForewarningTest, IsNoneWhereNothingCanLook) {
  EXPECT_FALSE(Forewarning::begin({}));
  EXPECT_FALSE(Forewarning::begin({"/gone/program", "/x/python", "", "/"}));
}

}  // namespace
}  // namespace km::kernels
