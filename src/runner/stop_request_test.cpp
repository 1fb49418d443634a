#include "runner/stop_request.h"

#include <csignal>
#include <gtest/gtest.h>

namespace km::runner {
namespace {

using std::chrono::milliseconds;
const Clock::time_point kStart{std::chrono::hours(1)};

TEST(StopRequest, OneInterruptIsForTheCell) {
  StopRequest stop;
  EXPECT_EQ(stop.on_signal(SIGINT, true, kStart), SignalAction::interrupt_cell);
  EXPECT_FALSE(stop.ends_run());
}

TEST(StopRequest, TwoWithinTwoSecondsEndTheRun) {
  StopRequest stop;
  stop.on_signal(SIGINT, true, kStart);
  EXPECT_EQ(stop.on_signal(SIGINT, true, kStart + milliseconds(2000)), SignalAction::end_run);
  EXPECT_EQ(stop.exit_code(), 130);
  EXPECT_STREQ(stop.ended_by(), "Ctrl-C");
}

TEST(StopRequest, TwoFarApartAreTwoInterrupts) {
  StopRequest stop;
  stop.on_signal(SIGINT, true, kStart);
  EXPECT_EQ(stop.on_signal(SIGINT, true, kStart + milliseconds(2001)),
            SignalAction::interrupt_cell);
  EXPECT_FALSE(stop.ends_run());
  EXPECT_EQ(stop.on_signal(SIGINT, true, kStart + milliseconds(3000)), SignalAction::end_run);
}

TEST(StopRequest, WithoutACellTheFirstEndsTheRun) {
  StopRequest stop;
  EXPECT_EQ(stop.on_signal(SIGINT, false, kStart), SignalAction::end_run);
  EXPECT_EQ(stop.exit_code(), 130);
}

TEST(StopRequest, TerminationEndsTheRunAtOnceAndKeepsItsCode) {
  for (const int number : {SIGTERM, SIGHUP}) {
    StopRequest stop;
    EXPECT_EQ(stop.on_signal(number, true, kStart), SignalAction::end_run);
    EXPECT_EQ(stop.on_signal(SIGINT, true, kStart), SignalAction::end_run);
    EXPECT_EQ(stop.exit_code(), 143);
  }
}

}  // namespace
}  // namespace km::runner
