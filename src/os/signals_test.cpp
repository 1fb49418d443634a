#include "os/signals.h"

#include <csignal>
#include <gtest/gtest.h>
#include <poll.h>

namespace km::os {
namespace {

bool readable(int fd) {
  pollfd entry{fd, POLLIN, 0};
  return ::poll(&entry, 1, 0) == 1;
}

TEST(Signals, ArriveInOrderThroughTheDescriptor) {
  auto signals = Signals::take_over();
  ASSERT_TRUE(signals) << signals.error().what;
  EXPECT_FALSE(readable(signals->fd()));
  EXPECT_FALSE(signals->next());
  std::raise(SIGINT);
  std::raise(SIGTERM);
  EXPECT_TRUE(readable(signals->fd()));
  EXPECT_EQ(signals->next(), SIGINT);
  EXPECT_EQ(signals->next(), SIGTERM);
  EXPECT_FALSE(signals->next());
}

TEST(Signals, AreGivenBackAfterwards) {
  {
    const auto signals = Signals::take_over();
    ASSERT_TRUE(signals);
  }
  struct sigaction now {};
  ASSERT_EQ(::sigaction(SIGTERM, nullptr, &now), 0);
  EXPECT_EQ(now.sa_handler, SIG_DFL);
}

TEST(Signals, IgnoredOnesStayIgnored) {
  const auto before = std::signal(SIGHUP, SIG_IGN);
  {
    const auto signals = Signals::take_over();
    ASSERT_TRUE(signals);
    std::raise(SIGHUP);
    EXPECT_FALSE(signals->next());
  }
  std::signal(SIGHUP, before);
}

TEST(Signals, AFloodNeitherBlocksNorGetsLostWhole) {
  const auto signals = Signals::take_over();
  ASSERT_TRUE(signals);
  for (int i = 0; i < 100'000; ++i) std::raise(SIGINT);
  EXPECT_EQ(signals->next(), SIGINT);
}

}  // namespace
}  // namespace km::os
