#include "runner/outcome.h"

#include <gtest/gtest.h>

namespace km::runner {
namespace {

TEST(Outcome, FollowsTheContract) {
  EXPECT_EQ(outcome_of({}).exit_code, 0);
  EXPECT_EQ(outcome_of({.raised = true}).exit_code, 1);
  EXPECT_EQ(outcome_of({.timed_out = true}).exit_code, 1);
  EXPECT_EQ(outcome_of({.died = true, .raised = true, .timed_out = true}).exit_code, 3);
  EXPECT_EQ(outcome_of({.asked_to_end = 130, .died = true}).exit_code, 130);
  EXPECT_EQ(outcome_of({.asked_to_end = 143, .raised = true}).exit_code, 143);
}

TEST(Outcome, NamesTheStatus) {
  EXPECT_EQ(outcome_of({}).status, "ok");
  EXPECT_EQ(outcome_of({.raised = true}).status, "error");
  EXPECT_EQ(outcome_of({.raised = true, .timed_out = true}).status, "timeout");
  EXPECT_EQ(outcome_of({.died = true}).status, "died");
  EXPECT_EQ(outcome_of({.asked_to_end = 130}).status, "interrupted");
  EXPECT_EQ(outcome_of({.asked_to_end = 143}).status, "terminated");
}

}  // namespace
}  // namespace km::runner
