#include "probe/memory_fence.h"

#include <gtest/gtest.h>

namespace km::probe {
namespace {

constexpr std::int64_t kGiB = 1024 * kMiB;

TEST(MemoryFence, LeavesATenthAndNoLessThanHalfAGigabyte) {
  const auto large = memory_fence(100 * kGiB, 128 * kMiB);
  ASSERT_TRUE(large);
  EXPECT_EQ(large->limit_bytes, 90 * kGiB);
  EXPECT_EQ(large->amount_bytes, 2 * kGiB);
  const auto small = memory_fence(1 * kGiB, 128 * kMiB);
  ASSERT_TRUE(small);
  EXPECT_EQ(small->limit_bytes, 512 * kMiB);
  EXPECT_EQ(small->amount_bytes, 384 * kMiB);
}

TEST(MemoryFence, RefusesWhereLittleIsLeft) {
  EXPECT_FALSE(memory_fence(600 * kMiB, 128 * kMiB));
  EXPECT_FALSE(memory_fence(0, 0));
  EXPECT_FALSE(memory_fence(-kGiB, 0));
}

TEST(MemoryFence, KnowsWhatIsAvailableHere) {
  const auto available = available_memory();
  ASSERT_TRUE(available);
  EXPECT_GT(*available, 0);
}

}  // namespace
}  // namespace km::probe
