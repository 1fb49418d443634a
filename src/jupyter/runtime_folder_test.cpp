// Folders for sockets: private, short, gone with their owner, and swept where the owner was killed.
#include "jupyter/runtime_folder.h"

#include "jupyter/connection.h"
#include "os/tree_fixture.h"

#include <cstdlib>
#include <gtest/gtest.h>
#include <optional>

#include <sys/stat.h>

namespace km::jupyter {
namespace {

class RuntimeFolders : public testing::Test {
 protected:
  RuntimeFolders() {
    tree_.add("/run/", "");
    ::setenv("XDG_RUNTIME_DIR", tree_.path("/run").c_str(), 1);
  }
  ~RuntimeFolders() override { ::unsetenv("XDG_RUNTIME_DIR"); }

  os::TreeFixture tree_;
};

TEST_F(RuntimeFolders, ArePrivateAndGoWithTheirOwner) {
  auto folder = RuntimeFolder::make();
  ASSERT_TRUE(folder) << folder.error().what;
  const auto path = folder->path();
  EXPECT_EQ(path.parent_path(), tree_.path("/run"));
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0700U);
  std::optional<RuntimeFolder> moved(std::move(*folder));
  EXPECT_TRUE(std::filesystem::exists(path));
  moved.reset();
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(RuntimeFolders, AParentThatIsNotThereIsPassedOver) {
  ::setenv("XDG_RUNTIME_DIR", tree_.path("/absent").c_str(), 1);
  const auto folder = RuntimeFolder::make();
  ASSERT_TRUE(folder) << folder.error().what;
  EXPECT_TRUE(make_ipc_connection(folder->path(), "python3"));
}

TEST_F(RuntimeFolders, WhatAKilledOwnerLeftIsRemoved) {
  tree_.add("/run/kmed-killed/lock", "");
  tree_.add("/run/kmed-killed/k-1", "");
  tree_.add("/run/kmed-beginning/k-1", "");
  tree_.add("/run/others/lock", "");
  const auto in_use = RuntimeFolder::make();
  ASSERT_TRUE(in_use);
  const auto next = RuntimeFolder::make();
  ASSERT_TRUE(next);
  EXPECT_FALSE(std::filesystem::exists(tree_.path("/run/kmed-killed")));
  EXPECT_TRUE(std::filesystem::exists(tree_.path("/run/kmed-beginning")));
  EXPECT_TRUE(std::filesystem::exists(tree_.path("/run/others")));
  EXPECT_TRUE(std::filesystem::exists(in_use->path()));
}

}  // namespace
}  // namespace km::jupyter
