#include "os/folders.h"

#include <cstdlib>
#include <gtest/gtest.h>
#include <string>

namespace km::os {
namespace {

TEST(Folders, FollowTheEnvironment) {
  const char* home = std::getenv("HOME");
  const std::string kept = home != nullptr ? home : "";
  ::setenv("HOME", "/somewhere/ada", 1);
  ::unsetenv("XDG_STATE_HOME");
  EXPECT_EQ(home_folder(), "/somewhere/ada");
  EXPECT_TRUE(state_folder().string().starts_with("/somewhere/ada/"));
  ::setenv("HOME", kept.c_str(), 1);
}

TEST(Folders, UserDatabaseStandsInForHome) {
  const char* home = std::getenv("HOME");
  const std::string kept = home != nullptr ? home : "";
  ::unsetenv("HOME");
  const auto folder = home_folder();
  EXPECT_TRUE(folder.empty() || folder.is_absolute());
  EXPECT_TRUE(state_folder().is_absolute());
  ::setenv("HOME", kept.c_str(), 1);
}

TEST(Folders, LocalOnesAreNotOnTheNetwork) {
  EXPECT_FALSE(is_on_network("/proc"));
  EXPECT_FALSE(is_on_network("/nonexistent"));
}

}  // namespace
}  // namespace km::os
