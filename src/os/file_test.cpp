#include "os/file.h"

#include "os/tree_fixture.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <thread>

#include <sys/mount.h>
#include <sys/stat.h>

namespace km::os {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

mode_t mode_of(const std::filesystem::path& path) {
  struct stat info {};
  EXPECT_EQ(::stat(path.c_str(), &info), 0);
  return info.st_mode & 07777U;
}

std::ptrdiff_t entries_in(const std::filesystem::path& folder) {
  const std::filesystem::directory_iterator entries(folder);
  return std::distance(begin(entries), end(entries));
}

TEST(ReadFile, IsBounded) {
  const TreeFixture tree({{"/a", "12345"}, {"/empty", ""}});
  EXPECT_EQ(read_file(tree.path("/a"), 5).value(), "12345");
  EXPECT_EQ(read_file(tree.path("/empty"), 0).value(), "");
  EXPECT_THAT(read_file(tree.path("/a"), 4).error().what,
              HasSubstr("larger than the 4 bytes allowed"));
}

TEST(ReadFile, RefusesWhatIsNoFile) {
  const TreeFixture tree({{"/folder/", ""}});
  EXPECT_THAT(read_file(tree.path("/folder"), 100).error().what, EndsWith("Is a directory"));
  EXPECT_THAT(read_file(tree.path("/none"), 100).error().what,
              EndsWith("No such file or directory"));
  EXPECT_THAT(read_file("/dev/zero", 100).error().what, EndsWith("not a regular file"));
  ASSERT_EQ(::mkfifo(tree.path("/fifo").c_str(), 0600), 0);
  EXPECT_THAT(read_file(tree.path("/fifo"), 100).error().what, EndsWith("not a regular file"));
}

TEST(ReadPseudoFile, ReadsWhatTellsNoSize) {
  EXPECT_THAT(read_pseudo_file("/proc/self/status").value(), HasSubstr("Pid:"));
  EXPECT_EQ(read_pseudo_file("/proc/self/status", 4).value(), "Name");
  EXPECT_FALSE(read_pseudo_file("/proc/self"));
  // More than one step of the buffer.
  const TreeFixture tree({{"/long", std::string(100'000, 'x')}});
  EXPECT_EQ(read_pseudo_file(tree.path("/long")).value().size(), 100'000U);
}

TEST(AtomicFile, NewOnesArePrivate) {
  const TreeFixture tree;
  const auto path = tree.path("/out");
  ASSERT_TRUE(write_file(path, "text"));
  EXPECT_EQ(read_file(path, 100).value(), "text");
  EXPECT_EQ(mode_of(path), 0600U);
  EXPECT_EQ(entries_in(tree.path("/")), 1);
}

TEST(AtomicFile, KeepsTheMode) {
  const TreeFixture tree({{"/out", "old"}});
  ::chmod(tree.path("/out").c_str(), 0664);
  ASSERT_TRUE(write_file(tree.path("/out"), "new"));
  EXPECT_EQ(read_file(tree.path("/out"), 100).value(), "new");
  EXPECT_EQ(mode_of(tree.path("/out")), 0664U);
}

TEST(AtomicFile, WithoutCommitNothingHappens) {
  const TreeFixture tree({{"/out", "old"}});
  {
    auto file = AtomicFile::create(tree.path("/out")).value();
    ASSERT_TRUE(file.write("half"));
    EXPECT_EQ(read_file(tree.path("/out"), 100).value(), "old");
    file = AtomicFile::create(tree.path("/other")).value();  // gives the first one up
    auto moved = std::move(file);
    ASSERT_TRUE(moved.write("whole"));
    ASSERT_TRUE(moved.commit());
  }
  EXPECT_EQ(read_file(tree.path("/out"), 100).value(), "old");
  EXPECT_EQ(read_file(tree.path("/other"), 100).value(), "whole");
  EXPECT_EQ(entries_in(tree.path("/")), 2);
}

TEST(AtomicFile, WritesThroughLinks) {
  const TreeFixture tree({{"/real/notebook", "old"}, {"/links/", ""}});
  tree.link("/links/relative", "../real/notebook");
  tree.link("/links/twice", tree.path("/links/relative"));
  tree.link("/links/dangling", "../real/later");
  tree.link("/links/loop", "loop");
  ASSERT_TRUE(write_file(tree.path("/links/twice"), "new"));
  ASSERT_TRUE(write_file(tree.path("/links/dangling"), "made"));
  EXPECT_TRUE(std::filesystem::is_symlink(tree.path("/links/twice")));
  EXPECT_TRUE(std::filesystem::is_symlink(tree.path("/links/dangling")));
  EXPECT_EQ(read_file(tree.path("/real/notebook"), 100).value(), "new");
  EXPECT_EQ(read_file(tree.path("/real/later"), 100).value(), "made");
  EXPECT_EQ(write_file(tree.path("/links/loop"), "x").error().code,
            std::errc::too_many_symbolic_link_levels);
}

TEST(AtomicFile, RefusesWhatIsNoFile) {
  const TreeFixture tree({{"/folder/", ""}});
  EXPECT_EQ(write_file(tree.path("/folder"), "x").error().code, std::errc::is_a_directory);
  EXPECT_THAT(write_file("/dev/null", "x").error().what, EndsWith("not a regular file"));
  EXPECT_EQ(write_file(tree.path("/none/out"), "x").error().what,
            "cannot write " + tree.path("/none/out").string() + ": the folder " +
                tree.path("/none").string() + ": No such file or directory");
  EXPECT_EQ(entries_in(tree.path("/")), 1);
}

TEST(AtomicFile, TakesTheLongestName) {
  const TreeFixture tree;
  const auto path = tree.path("/" + std::string(255, 'n'));
  ASSERT_TRUE(write_file(path, "x"));
  EXPECT_EQ(read_file(path, 100).value(), "x");
}

TEST(AtomicFile, ObeysReadOnly) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everything";
  const TreeFixture tree({{"/out", "old"}, {"/folder/", ""}});
  ::chmod(tree.path("/out").c_str(), 0444);
  ::chmod(tree.path("/folder").c_str(), 0555);
  EXPECT_EQ(write_file(tree.path("/out"), "x").error().code, std::errc::permission_denied);
  EXPECT_EQ(write_file(tree.path("/folder/out"), "x").error().code, std::errc::permission_denied);
  ::chmod(tree.path("/folder").c_str(), 0755);
}

// In a thread with its own mounts, which end with it.
TEST(AtomicFile, SurvivesAFullDisk) {
  const TreeFixture tree({{"/disk/", ""}});
  const auto disk = tree.path("/disk");
  bool mounted = false;
  std::thread([&] {
    mounted = ::unshare(CLONE_NEWNS) == 0 &&
              ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
              ::mount("none", disk.c_str(), "tmpfs", 0, "size=64k") == 0;
    if (!mounted) return;
    EXPECT_TRUE(write_file(disk / "out", "old"));
    const auto full = write_file(disk / "out", std::string(1U << 20U, 'x'));
    ASSERT_FALSE(full);
    EXPECT_EQ(full.error().what,
              "cannot write " + (disk / "out").string() + ": No space left on device");
    EXPECT_EQ(full.error().code, std::errc::no_space_on_device);
    EXPECT_EQ(read_file(disk / "out", 100).value(), "old");
    EXPECT_EQ(entries_in(disk), 1);
    EXPECT_TRUE(write_file(disk / "out", "new"));
  }).join();
  if (!mounted) GTEST_SKIP() << "a small disk can only be mounted as root";
}

TEST(PrivateFolder, ComesWithItsParents) {
  const TreeFixture tree({{"/there/", ""}, {"/file", ""}});
  ::chmod(tree.path("/there").c_str(), 0755);
  ASSERT_TRUE(make_private_folder(tree.path("/there/a/b/")));
  EXPECT_EQ(mode_of(tree.path("/there")), 0755U);
  EXPECT_EQ(mode_of(tree.path("/there/a")), 0700U);
  EXPECT_EQ(mode_of(tree.path("/there/a/b")), 0700U);
  EXPECT_TRUE(make_private_folder(tree.path("/there/a/b")));
  EXPECT_EQ(make_private_folder(tree.path("/file")).error().code, std::errc::not_a_directory);
  EXPECT_EQ(make_private_folder(tree.path("/file/below")).error().code, std::errc::not_a_directory);
}

}  // namespace
}  // namespace km::os
