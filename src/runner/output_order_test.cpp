#include "runner/output_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace km::runner {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;
const OutputOrder::Time kStart{std::chrono::hours(400'000)};

jupyter::Message message(const char* id) {
  jupyter::Message made;
  made.id = id;
  return made;
}

// What came out, by the message's id or the piece's text.
std::vector<std::string> taken(OutputOrder& order) {
  std::vector<std::string> names;
  for (const auto& item : order.take()) {
    const auto* piece = std::get_if<PipeText>(&item);
    names.push_back(piece != nullptr ? piece->text : std::get<jupyter::Message>(item).id);
  }
  return names;
}

TEST(OutputOrder, MessagesAlonePassAtOnce) {
  OutputOrder order;
  order.message(message("a"), kStart, kStart);
  order.message(message("b"), kStart, kStart);
  EXPECT_THAT(taken(order), ElementsAre("a", "b"));
  EXPECT_FALSE(order.next_tick());
}

TEST(OutputOrder, TextWaitsForAnEarlierPrintThatTheKernelStillHolds) {
  OutputOrder order;
  order.text("stdout", "from C", kStart + milliseconds(50), kStart + milliseconds(50));
  order.tick(kStart + milliseconds(100));
  EXPECT_THAT(taken(order), IsEmpty());
  order.message(message("print"), kStart + milliseconds(200), kStart + milliseconds(201));
  order.tick(kStart + milliseconds(221));
  EXPECT_THAT(taken(order), ElementsAre("print"));
  order.tick(kStart + milliseconds(300));
  EXPECT_THAT(taken(order), ElementsAre("from C"));
}

TEST(OutputOrder, WhatIsPrintedAfterAChildComesAfterItsText) {
  OutputOrder order;
  order.message(message("before"), kStart, kStart);
  order.text("stdout", "child", kStart + milliseconds(5), kStart + milliseconds(5));
  order.message(message("after"), kStart + milliseconds(7), kStart + milliseconds(8));
  EXPECT_THAT(taken(order), ElementsAre("before"));
  order.cell_ended(kStart + milliseconds(7));
  EXPECT_THAT(taken(order), ElementsAre("child", "after"));
}

TEST(OutputOrder, TheSameWhereWeSawAllOfItTooLate) {
  OutputOrder order;
  const auto late = kStart + milliseconds(15);
  order.text("stdout", "child", kStart - milliseconds(1), late);
  order.message(message("before"), kStart, late);
  order.message(message("after"), kStart + milliseconds(7), late);
  order.message(message("result"), kStart + milliseconds(7), late);
  order.cell_ended(kStart + milliseconds(7));
  EXPECT_THAT(taken(order), ElementsAre("before", "child", "after", "result"));
}

TEST(OutputOrder, OldTextGoesBeforeAMessageThatCannotHoldAnythingOlder) {
  OutputOrder order;
  order.text("stderr", "early", kStart, kStart);
  order.message(message("late"), kStart + milliseconds(240), kStart + milliseconds(240));
  EXPECT_THAT(taken(order), ElementsAre("early", "late"));
}

TEST(OutputOrder, HeldMessagesAreBounded) {
  OutputOrder order;
  order.text("stdout", "x", kStart, kStart);
  for (std::size_t i = 0; i < OutputOrder::kMostMessages; ++i)
    order.message(message("m"), kStart, kStart);
  EXPECT_EQ(order.take().size(), OutputOrder::kMostMessages);
}

TEST(OutputOrder, TheDumpOfADeathIsLeftToTheVerdict) {
  OutputOrder order;
  order.text("stderr", "warning\nFatal Python error: Segmentation fault\n", kStart, kStart);
  order.text("stderr", "Thread 0x1:\n", kStart + milliseconds(1), kStart + milliseconds(1));
  order.text("stdout", "tail", kStart + milliseconds(2), kStart + milliseconds(2));
  order.tick(kStart + milliseconds(5000));  // writing a core file can take long
  EXPECT_THAT(taken(order), IsEmpty());
  order.died();
  EXPECT_THAT(taken(order), ElementsAre("warning\n", "tail"));
}

TEST(OutputOrder, ADumpWithoutADeathIsShownAtTheEnd) {
  OutputOrder order;
  order.text("stderr", "Fatal Python error: in a child\n", kStart, kStart);
  order.cell_ended(kStart);
  EXPECT_THAT(taken(order), ElementsAre("Fatal Python error: in a child\n"));
}

TEST(OutputOrder, ReadsTheKernelsClock) {
  jupyter::Message made;
  made.header = {{"date", "2023-11-14T22:13:20.123456Z"}};
  EXPECT_EQ(sent_time(made, kStart).time_since_epoch(),
            std::chrono::microseconds(1'700'000'000'123'456));
  for (const char* date :
       {"", "2023-13-14T22:13:20.123456Z", "2023-11-14T22:13:20+02:00", "2023-11-1xT22:13:20Z"}) {
    made.header = {{"date", date}};
    EXPECT_EQ(sent_time(made, kStart), kStart) << date;
  }
}

}  // namespace
}  // namespace km::runner
