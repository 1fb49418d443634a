#include "probe/initialiser.h"

#include <gtest/gtest.h>

namespace km::probe {
namespace {

std::optional<std::string> traced(std::string_view text) {
  InitialiserTrace trace;
  trace.take(text);
  return trace.under_way();
}

TEST(Initialiser, IsTheLastThatPythonDidNotOutlive) {
  EXPECT_EQ(traced("      4711:\tcalling init: /lib/libc.so.6\n"
                   "      4711:\t\n"
                   "import 'encodings' # <frozen>\n"
                   "      4711:\tcalling init: /x/libtensorflow_framework.so.2\n"
                   "      4711:\t\n"
                   "Fatal Python error: Illegal instruction\n"),
            "/x/libtensorflow_framework.so.2");
}

TEST(Initialiser, ThatWasFollowedByPythonIsNotIt) {
  EXPECT_FALSE(
      traced("  4711:\tcalling init: /x/_multiarray.so\n"
             "# extension module 'm' loaded from '/x/_multiarray.so'\nFatal Python error: x\n"));
  EXPECT_FALSE(traced("  4711:\tcalling init: /x/a.so\nimport 'a' # <loader>\n"));
}

TEST(Initialiser, WhatOnlyLooksLikeTheLoaderIsNoTrace) {
  EXPECT_FALSE(traced("calling init: /x/a.so\nfile:\tcalling init: /x/a.so\n"));
  EXPECT_FALSE(traced("  4711:\tcalling init: /x/not-whole-yet.so"));
  EXPECT_FALSE(traced(""));
}

TEST(Initialiser, MayComeInPieces) {
  InitialiserTrace trace;
  for (const char c : std::string_view("  1:\tcalling init: /x/a b.so\n  1:\t\n"))
    trace.take(std::string_view(&c, 1));
  EXPECT_EQ(trace.under_way(), "/x/a b.so");
}

TEST(Initialiser, ALineWithoutEndIsBounded) {
  InitialiserTrace trace;
  for (int i = 0; i < 1000; ++i) trace.take(std::string(10'000, 'x'));
  trace.take("\n  1:\tcalling init: /x/a.so\n");
  EXPECT_EQ(trace.under_way(), "/x/a.so");
}

}  // namespace
}  // namespace km::probe
