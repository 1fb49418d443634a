#include "kernels/stderr_text.h"

#include <gtest/gtest.h>

namespace km::kernels {
namespace {

TEST(StderrText, TheKernelsOwnLogIsNotTheCellsOutput) {
  EXPECT_EQ(without_log("[IPKernelApp] WARNING | Unknown subshell_id 'a'\n"), "");
  EXPECT_EQ(without_log("before\n[IPKernelApp] ERROR | no\nafter"), "before\nafter");
  EXPECT_EQ(without_log("[IPKernelApp] cut"), "");
}

TEST(StderrText, WhatOnlyNamesTheLogStays) {
  EXPECT_EQ(without_log("see [IPKernelApp] above\n\n"), "see [IPKernelApp] above\n\n");
  EXPECT_EQ(without_log(""), "");
}

TEST(StderrText, EndsBeforeADump) {
  EXPECT_EQ(without_dump("half\nFatal Python error: Aborted\n"), "half\n");
  EXPECT_TRUE(holds_dump("x Fatal Python error: Aborted"));
  EXPECT_FALSE(holds_dump("Fatal Python"));
}

}  // namespace
}  // namespace km::kernels
