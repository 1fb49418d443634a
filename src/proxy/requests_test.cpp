// What is known of requests: their order, their ends on two sockets, and which one a death is of.
#include "proxy/requests.h"

#include "proxy/replays.h"

#include <gtest/gtest.h>

namespace km::proxy {
namespace {

Request request(const std::string& id, const std::string& type = "execute_request") {
  Request made;
  made.id = id;
  made.type = type;
  return made;
}

TEST(Requests, AreGoneWhenBothEndsWereSeen) {
  Requests requests;
  ASSERT_TRUE(requests.add(request("a")));
  requests.replied("a");
  EXPECT_EQ(requests.size(), 1U);
  requests.idle("a");
  EXPECT_EQ(requests.size(), 0U);
}

TEST(Requests, StayUntilTheReplyWhereIdleWasFirst) {
  Requests requests;
  requests.add(request("a"));
  requests.idle("a");
  ASSERT_NE(requests.find("a"), nullptr);
  requests.replied("a");
  const auto left = requests.take_all();
  ASSERT_EQ(left.size(), 1U);
  EXPECT_TRUE(left[0].replied);
}

TEST(Requests, WithoutRepliesEndWithIdle) {
  Requests requests;
  requests.add(request("a", "comm_msg"));
  requests.idle("a");
  EXPECT_EQ(requests.size(), 0U);
}

TEST(Requests, TheOneTheKernelWorksOnIsRunning) {
  Requests requests;
  requests.add(request("a"));
  requests.add(request("b"));
  requests.find("b")->busy = true;  // of a subshell
  EXPECT_EQ(requests.running()->id, "b");
}

// jupyter_lifecycle.md 2.14: the kernel may die before it says that it began.
TEST(Requests, Obligation14TheOldestIsRunningWhereNoneIsKnownToBe) {
  Requests requests;
  requests.add(request("a"));
  requests.add(request("b"));
  EXPECT_EQ(requests.running()->id, "a");
}

TEST(Requests, NoCellRunsBehindAnotherRequest) {
  Requests requests;
  requests.add(request("a", "complete_request"));
  requests.add(request("b"));
  EXPECT_EQ(requests.running(), nullptr);
  EXPECT_TRUE(requests.has_cell());
}

TEST(Requests, AnAnsweredCellWaitsNoMore) {
  Requests requests;
  requests.add(request("a", "complete_request"));
  EXPECT_FALSE(requests.has_cell());
  requests.add(request("b"));
  requests.replied("b");
  EXPECT_FALSE(requests.has_cell());
}

TEST(Requests, AReplayIsNotTakenTwice) {
  Requests requests;
  EXPECT_TRUE(requests.add(request("a")));
  EXPECT_FALSE(requests.add(request("a")));
}

TEST(Requests, AreBounded) {
  Requests requests;
  for (std::size_t i = 0; i < Requests::kMost; ++i)
    ASSERT_TRUE(requests.add(request(std::to_string(i))));
  EXPECT_FALSE(requests.add(request("more")));
  Requests large;
  auto big = request("a");
  big.code = std::string(Requests::kMostBytes, 'x');
  EXPECT_FALSE(large.add(std::move(big)));
}

// Some kernels send no idle for some requests.
TEST(Requests, ForgetTheEndedWhoseIdleNeverComes) {
  Requests requests;
  for (int i = 0; i < 1000; ++i) {
    requests.add(request(std::to_string(i), "kernel_info_request"));
    requests.replied(std::to_string(i));
  }
  EXPECT_LE(requests.size(), 64U);
}

TEST(Replays, AreKnownByTheirSignature) {
  Replays replays;
  EXPECT_FALSE(replays.again("a"));
  EXPECT_TRUE(replays.again("a"));
  EXPECT_FALSE(replays.again("")) << "no key, no signature";
  EXPECT_FALSE(replays.again(""));
  for (std::size_t i = 0; i < Replays::kMost; ++i) replays.again(std::to_string(i));
  EXPECT_FALSE(replays.again("a")) << "forgotten by now";
}

}  // namespace
}  // namespace km::proxy
