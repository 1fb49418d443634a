// The place of the flight recorder: local, whatever the case folder lies on.
#include "supervisor/ring_place.h"

#include "supervisor/recorder.h"
#include "supervisor/test_folder.h"

#include <cstdlib>
#include <gtest/gtest.h>

namespace km::supervisor {
namespace {

class RingPlace : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(folder_.path() / "case-7");
    std::filesystem::create_directories(folder_.path() / "runtime");
    ::setenv("XDG_RUNTIME_DIR", (folder_.path() / "runtime").c_str(), 1);
  }
  void TearDown() override { ::unsetenv("XDG_RUNTIME_DIR"); }

  TestFolder folder_;
  std::filesystem::path case_ = folder_.path() / "case-7";
};

TEST_F(RingPlace, IsTheCaseFolder) { EXPECT_EQ(ring_place(case_, false), case_ / kRingName); }

TEST_F(RingPlace, IsTheRuntimeFolderWhereTheCaseIsOnTheNetwork) {
  const auto place = ring_place(case_, true);
  EXPECT_EQ(place.parent_path(), folder_.path() / "runtime");
  {
    auto recorder = Recorder::create(place);
    ASSERT_TRUE(recorder) << recorder.error().what;
    recorder->words("last");
  }
  const auto read = read_recording(case_ / kRingName);
  ASSERT_TRUE(read) << read.error().what;
  EXPECT_EQ(read->words, "last");
  remove_outside_ring(case_);
  EXPECT_FALSE(std::filesystem::exists(place));
  EXPECT_TRUE(std::filesystem::is_empty(case_));
}

TEST_F(RingPlace, NothingElseIsRemoved) {
  remove_outside_ring(case_);
  const auto other = folder_.path() / "other";
  std::filesystem::create_directory(other);
  std::filesystem::create_symlink(other, case_ / kRingName);
  remove_outside_ring(case_);
  EXPECT_TRUE(std::filesystem::exists(other));
}

}  // namespace
}  // namespace km::supervisor
