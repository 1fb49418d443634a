#include "os/host.h"

#include <cstdlib>
#include <gtest/gtest.h>

namespace km::os {
namespace {

TEST(GpuMemory, AddsUpTheDevicesThatAnswer) {
  auto gpu = GpuMemory::open(KM_FAKE_NVML);
  ASSERT_TRUE(gpu) << gpu.error().what;
  const auto moved = std::move(*gpu);
  const auto use = moved.read();
  ASSERT_TRUE(use);
  EXPECT_EQ(use->devices, 2);
  EXPECT_EQ(use->used_bytes, 500);
  EXPECT_EQ(use->total_bytes, 3000);
}

TEST(GpuMemory, KnowsTheDriver) {
  auto gpu = GpuMemory::open(KM_FAKE_NVML);
  ASSERT_TRUE(gpu) << gpu.error().what;
  const auto driver = gpu->driver();
  EXPECT_EQ(driver.version, "550.54.15");
  EXPECT_EQ(driver.cuda, "12.4");
  EXPECT_EQ(driver.model, "Fake H100");
}

TEST(GpuMemory, SaysWhatIsMissing) {
  const auto absent = GpuMemory::open("libno-such-nvml.so.1");
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().what,
            "cannot read GPU memory: NVIDIA's management library libno-such-nvml.so.1 is not on "
            "this machine");
  ASSERT_FALSE(GpuMemory::open("libm.so.6"));  // a library without these functions
  ::setenv("KM_FAKE_NVML_FAILS", "1", 1);
  EXPECT_EQ(GpuMemory::open(KM_FAKE_NVML).error().what,
            "cannot read GPU memory: NVML: Driver Not Loaded");
  ::unsetenv("KM_FAKE_NVML_FAILS");
  ::setenv("KM_FAKE_NVML_EMPTY", "1", 1);
  EXPECT_EQ(GpuMemory::open(KM_FAKE_NVML).error().what,
            "cannot read GPU memory: there is no NVIDIA GPU");
  ::unsetenv("KM_FAKE_NVML_EMPTY");
}

}  // namespace
}  // namespace km::os
