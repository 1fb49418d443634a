// A supervisor that is killed: its kernel ends with it, and the case can be completed by another
// process.
#include "os/cgroup.h"
#include "os/handle.h"
#include "os/process.h"
#include "supervisor/lifetime.h"
#include "supervisor/open_case.h"
#include "supervisor/postmortem.h"
#include "supervisor/test_folder.h"

#include <array>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <gtest/gtest.h>
#include <optional>
#include <poll.h>
#include <string>
#include <unistd.h>
#include <utility>

#include <sys/wait.h>

namespace km::supervisor {
namespace {

// A supervisor in a process of its own, which says through a pipe when its kernel runs a cell.
class Supervisor {
 public:
  explicit Supervisor(const std::filesystem::path& home, std::optional<std::int64_t> limit = {}) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) return;
    const os::Fd read_end(ends[0]);
    os::Fd write_end(ends[1]);
    pid_ = ::fork();
    if (pid_ == 0) supervise(home, limit, write_end.get());
    write_end.reset();
    pollfd ready{read_end.get(), POLLIN, 0};
    char word = 0;
    ready_ = ::poll(&ready, 1, 20'000) == 1 && ::read(read_end.get(), &word, 1) == 1;
  }
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;
  ~Supervisor() { kill(); }
  bool ready() const { return ready_; }
  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }

 private:
  [[noreturn]] static void supervise(const std::filesystem::path& home,
                                     std::optional<std::int64_t> limit, int say) {
    LifetimePlan plan;
    plan.memory_limit_bytes = limit;
    plan.child.argv = {"/bin/sh", "-c", "echo these were the last words; exec sleep 1000"};
    plan.home = home;
    plan.journal = "/x/journal";
    auto life = Lifetime::start(std::move(plan));
    if (!life) ::_exit(1);
    pollfd words{(*life)->stdout_fd(), POLLIN, 0};
    ::poll(&words, 1, 20'000);
    (*life)->take((*life)->stdout_fd());
    casefile::Cell cell;
    cell.index = 4;
    cell.source = "work()";
    (*life)->cell_begins(cell, "cell 4");
    for (int i = 0; i < 1000 && (*life)->memory_bytes() == 0; ++i) ::poll(nullptr, 0, 5);
    if (::write(say, "x", 1) != 1) ::_exit(1);
    while (true) ::pause();
  }
  pid_t pid_ = -1;
  bool ready_ = false;
};

bool ends_within(const os::ProcessId& id, int seconds) {
  for (int i = 0; i < seconds * 100; ++i) {
    if (!os::is_alive(id)) return true;
    ::poll(nullptr, 0, 10);
  }
  return false;
}

TEST(Orphan, IsCompletedFromTheRecorder) {
  const TestFolder home;
  Supervisor supervisor(home.path());
  ASSERT_TRUE(supervisor.ready());
  const auto folder = std::filesystem::directory_iterator(home.path() / "cases")->path();
  const auto open = read_open_case(folder);
  ASSERT_TRUE(open) << open.error().what;
  EXPECT_FALSE(is_orphaned(folder)) << "its supervisor lives";
  EXPECT_FALSE(complete(folder));

  supervisor.kill();
  EXPECT_TRUE(ends_within(open->child, 2)) << "the kernel outlived its supervisor";
  ASSERT_TRUE(is_orphaned(folder));
  const auto orphan = complete(folder);
  ASSERT_TRUE(orphan) << orphan.error().what;
  EXPECT_EQ(orphan->journal, "/x/journal");
  const auto& casefile = orphan->diagnosis.casefile;
  EXPECT_EQ(casefile.flag("exit.supervisor_killed"), true);
  EXPECT_EQ(casefile.text("exit.phase"), "cell");
  EXPECT_NE(casefile.last_words.find("these were the last words"), std::string::npos);
  ASSERT_TRUE(casefile.death);
  ASSERT_TRUE(casefile.death->cell);
  EXPECT_EQ(casefile.death->cell->index, 4);
  EXPECT_FALSE(casefile.death->memory.series.empty());
  EXPECT_FALSE(is_orphaned(folder)) << "it is closed now";
}

TEST(Orphan, CountersOfTheCgroupLeftBehindAreRead) {
  if (const auto allowed = os::Cgroup::create("kernelmedic-probe", 256 << 20); !allowed) {
    GTEST_SKIP() << allowed.error().what;
  }
  const TestFolder home;
  Supervisor supervisor(home.path(), 256 << 20);
  ASSERT_TRUE(supervisor.ready());
  const auto folder = std::filesystem::directory_iterator(home.path() / "cases")->path();
  const auto open = read_open_case(folder);
  ASSERT_TRUE(open);
  supervisor.kill();
  ASSERT_TRUE(ends_within(open->child, 2));
  const auto orphan = complete(folder);
  ASSERT_TRUE(orphan) << orphan.error().what;
  EXPECT_EQ(orphan->diagnosis.casefile.number("cgroup.oom_kills"), 0);
  EXPECT_EQ(orphan->diagnosis.casefile.number("memory.limit_bytes"), 256 << 20);
  EXPECT_FALSE(std::filesystem::exists(open->cgroup_procs_file)) << "the cgroup was left behind";
}

TEST(Orphan, AFolderWithoutAnOpenCaseIsNone) {
  const TestFolder home;
  EXPECT_FALSE(is_orphaned(home.path()));
  EXPECT_FALSE(complete(home.path()));
}

}  // namespace
}  // namespace km::supervisor
