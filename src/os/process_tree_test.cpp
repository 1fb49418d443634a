#include "os/child.h"
#include "os/process.h"
#include "os/tree_fixture.h"

#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <future>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

namespace km::os {
namespace {

// A process of a fake /proc.
void add_process(const TreeFixture& tree, pid_t pid, pid_t parent, int rss_pages, char state = 'S',
                 int start = 100) {
  const auto folder = "/proc/" + std::to_string(pid);
  tree.add(folder + "/stat", std::to_string(pid) + " (x) " + state + " " + std::to_string(parent) +
                                 " 1 1 0 -1 0 0 0 0 0 50 50 0 0 20 0 2 0 " + std::to_string(start) +
                                 " 1 " + std::to_string(rss_pages) + " 0 0\n");
  tree.add(folder + "/status",
           "Name:\tx\nTgid:\t" + std::to_string(pid) + "\nPid:\t" + std::to_string(pid) + "\n");
  tree.add(folder + "/statm", "9000 " + std::to_string(rss_pages) + " 50 1 0 512 0\n");
}

TEST(TreeReader, AddsUpAFakeTree) {
  const TreeFixture tree;
  add_process(tree, 10, 1, 100);
  add_process(tree, 12, 10, 20);
  add_process(tree, 11, 12, 3);    // a grandchild with a smaller pid: the numbers went round
  add_process(tree, 13, 1, 5000);  // somebody else's
  tree.add("/proc/10/fd/0", "");
  tree.add("/proc/10/fd/1", "");
  tree.add("/proc/notapid/stat", "7 (x) S 10 nonsense");
  tree.add("/proc/14/stat", "torn");
  const auto page = ::sysconf(_SC_PAGESIZE);

  TreeReader reader(10, tree.root());
  const auto use = reader.read();
  ASSERT_TRUE(use);
  EXPECT_EQ(use->processes, 3);
  EXPECT_EQ(use->threads, 6);
  EXPECT_EQ(use->rss_bytes, 123 * page);
  EXPECT_EQ(use->root_rss_bytes, 100 * page);
  EXPECT_EQ(use->data_vm_bytes, 512 * page);
  EXPECT_DOUBLE_EQ(use->cpu_seconds, 3.0 * 100 / static_cast<double>(::sysconf(_SC_CLK_TCK)));
}

TEST(TreeReader, ForgetsWhoEndedAndTheirSuccessors) {
  const TreeFixture tree;
  add_process(tree, 10, 1, 100);
  add_process(tree, 11, 10, 20);
  add_process(tree, 12, 10, 3);
  TreeReader reader(10, tree.root());
  EXPECT_EQ(reader.read().value().processes, 3);
  add_process(tree, 11, 1, 9999, 'S', 777);  // the pid was given to another process
  add_process(tree, 12, 10, 0, 'Z');
  EXPECT_EQ(reader.read().value().processes, 1);
  EXPECT_THAT(reader.descendants(),
              testing::UnorderedElementsAre(11, 12));  // the log may name them
  add_process(tree, 10, 1, 0, 'Z');
  EXPECT_FALSE(reader.read());
}

TEST(TreeReader, HasNothingOfNobody) {
  const TreeFixture tree({{"/proc/", ""}});
  TreeReader reader(10, tree.root());
  EXPECT_FALSE(reader.read());
  EXPECT_FALSE(reader.read());
}

TEST(TreeReader, SeesRealDescendantsComeAndGo) {
  TreeReader reader(::getpid());
  const auto before = reader.read();
  ASSERT_TRUE(before);
  EXPECT_GT(before->rss_bytes, 100'000);
  EXPECT_GT(before->data_vm_bytes, 10'000);
  EXPECT_GE(before->fds, 3);

  // A thread is no process, though /proc answers to its number.
  std::promise<void> end;
  std::thread thread([&] { end.get_future().wait(); });
  const auto with_thread = reader.read();
  ASSERT_TRUE(with_thread);
  EXPECT_EQ(with_thread->processes, before->processes);
  EXPECT_EQ(with_thread->threads, before->threads + 1);

  std::array<int, 2> in{};
  std::array<int, 2> out{};
  ASSERT_EQ(::pipe2(in.data(), O_CLOEXEC), 0);
  ASSERT_EQ(::pipe2(out.data(), O_CLOEXEC), 0);
  ChildPlan plan;
  plan.argv = {"/bin/sh", "-c", "sh -c 'echo up; exec cat'; :"};
  plan.stdin_fd = in[0];
  plan.stdout_fd = out[1];
  auto child = Child::start(plan).value();
  std::array<char, 3> up{};
  ASSERT_EQ(::read(out[0], up.data(), up.size()), 3);
  EXPECT_EQ(reader.read().value().processes, before->processes + 2);

  TreeReader of_child(child.pid());
  EXPECT_EQ(of_child.read().value().processes, 2);

  ::close(in[1]);
  ASSERT_TRUE(child.ended_within(std::chrono::seconds(20)));
  EXPECT_FALSE(of_child.read());  // a zombie uses nothing
  EXPECT_EQ(reader.read().value().processes, before->processes);
  EXPECT_TRUE(child.wait());
  for (const int fd : {in[0], out[0], out[1]}) ::close(fd);
  end.set_value();
  thread.join();
}

TEST(TreeReader, ThreadsOfADescendantAreNoProcesses) {
  // The threads of a child have the child's parent in /proc/<tid>/stat: they look like further
  // children of ours.
  TreeReader reader(::getpid());
  const auto before = reader.read().value();
  std::array<int, 2> ready{};
  ASSERT_EQ(::pipe2(ready.data(), O_CLOEXEC), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    std::vector<std::thread> threads;
    threads.reserve(3);
    for (int i = 0; i < 3; ++i) threads.emplace_back([] { ::pause(); });
    if (::write(ready[1], "x", 1) != 1) ::_exit(1);
    ::pause();
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  const auto with_child = reader.read();
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ASSERT_TRUE(with_child);
  EXPECT_EQ(with_child->processes, before.processes + 1);
  EXPECT_EQ(with_child->threads, before.threads + 4);
  ::close(ready[0]);
  ::close(ready[1]);
}

}  // namespace
}  // namespace km::os
