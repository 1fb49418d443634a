// The keeper: silent while its elder lives, and the one who copies on when he has gone.
#include "supervisor/keeper.h"

#include <array>
#include <csignal>
#include <gtest/gtest.h>
#include <optional>
#include <poll.h>
#include <string>
#include <unistd.h>

#include <sys/wait.h>

namespace km::supervisor {
namespace {

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) == 0) {
      read_end.reset(ends[0]);
      write_end.reset(ends[1]);
    }
  }
  os::Fd read_end;
  os::Fd write_end;
};

// Up to the end of the file, at most ten seconds.
std::optional<std::string> read_all(int fd) {
  std::string text;
  while (true) {
    pollfd ready{fd, POLLIN, 0};
    if (::poll(&ready, 1, 10'000) <= 0) return std::nullopt;
    std::array<char, 4096> buffer{};
    const auto got = ::read(fd, buffer.data(), buffer.size());
    if (got <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

TEST(Keeper, CopiesWhatComesAfterItsElder) {
  Pipe program;
  Pipe target;
  auto keeper = Keeper::start({{{program.read_end.get(), target.write_end.get()}}, {}});
  ASSERT_TRUE(keeper) << keeper.error().what;
  program.read_end.reset();
  target.write_end.reset();
  ASSERT_EQ(::write(program.write_end.get(), "before ", 7), 7);
  pollfd early{target.read_end.get(), POLLIN, 0};
  EXPECT_EQ(::poll(&early, 1, 50), 0) << "the keeper read while its elder lived";
  { const Keeper gone = std::move(*keeper); }
  ASSERT_EQ(::write(program.write_end.get(), "after", 5), 5);
  program.write_end.reset();
  EXPECT_EQ(read_all(target.read_end.get()), "before after");
}

TEST(Keeper, ADroppedRouteIsHeldByNobody) {
  Pipe program;
  Pipe target;
  auto keeper = Keeper::start({{{program.read_end.get(), target.write_end.get()}}, {}});
  ASSERT_TRUE(keeper);
  program.read_end.reset();
  target.write_end.reset();
  keeper->drop(0);
  // POLLERR: no reader is left.
  pollfd writer{program.write_end.get(), 0, 0};
  EXPECT_EQ(::poll(&writer, 1, 10'000), 1);
  { const Keeper gone = std::move(*keeper); }
  EXPECT_EQ(read_all(target.read_end.get()), "");
}

TEST(Keeper, EndsWhereTheReaderHasGone) {
  Pipe program;
  Pipe target;
  auto keeper = Keeper::start({{{program.read_end.get(), target.write_end.get()}}, {}});
  ASSERT_TRUE(keeper);
  program.read_end.reset();
  target.write_end.reset();
  target.read_end.reset();
  { const Keeper gone = std::move(*keeper); }
  ASSERT_EQ(::write(program.write_end.get(), "x", 1), 1);
  pollfd writer{program.write_end.get(), 0, 0};
  EXPECT_EQ(::poll(&writer, 1, 10'000), 1) << "the program would never get its SIGPIPE";
}

TEST(Keeper, RefusesMoreThanItCanHold) {
  Keeper::Plan plan;
  plan.routes.resize(5);
  EXPECT_FALSE(Keeper::start(plan));
}

}  // namespace
}  // namespace km::supervisor
