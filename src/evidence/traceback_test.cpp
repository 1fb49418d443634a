// Tracebacks as CPython 3.8 to 3.13 printed them (only paths changed).
#include "evidence/python_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace km::evidence {
namespace {

using ::testing::ElementsAre;

TEST(Traceback, OfAChainTellsTheLast) {
  const auto last = last_traceback(R"(some output
Traceback (most recent call last):
  File "/home/ada/eg.py", line 4, in <module>
    f()
  File "/home/ada/eg.py", line 2, in f
    raise ValueError("inner")
ValueError: inner

During handling of the above exception, another exception occurred:

  + Exception Group Traceback (most recent call last):
  |   File "/home/ada/eg.py", line 7, in <module>
  |     raise ExceptionGroup("several", [e, TypeError("x")])
  | ExceptionGroup: several (2 sub-exceptions)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "/home/ada/eg.py", line 2, in f
    |     raise ValueError("inner")
    | ValueError: inner
    +---------------- 2 ----------------
    | TypeError: x
    +------------------------------------

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/home/ada/main.py", line 1, in <module>
    import eg
  File "/home/ada/eg.py", line 9, in <module>
    raise RuntimeError("outer\nsecond line") from g
RuntimeError: outer
second line
)");
  ASSERT_TRUE(last.has_value());
  EXPECT_EQ(last->error_type, "RuntimeError");
  EXPECT_EQ(last->error_text, "outer\nsecond line");
  ASSERT_EQ(last->frames.size(), 2U);
  EXPECT_EQ(last->frames[0].line, 9);  // innermost first
  EXPECT_THAT(importing(*last, "/home/ada"), ElementsAre("eg"));
}

TEST(Traceback, OfAGroupTellsTheGroup) {
  const auto last = last_traceback(R"(  + Exception Group Traceback (most recent call last):
  |   File "/home/ada/eg.py", line 7, in <module>
  |     raise ExceptionGroup("several", [e])
  | ExceptionGroup: several (1 sub-exception)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "/home/ada/eg.py", line 2, in f
    |     raise ValueError("inner")
    | ValueError: inner
    +------------------------------------
)");
  ASSERT_TRUE(last.has_value());
  EXPECT_EQ(last->error_type, "ExceptionGroup");
  EXPECT_EQ(last->error_text, "several (1 sub-exception)");
  EXPECT_EQ(last->frames.size(), 1U);
}

TEST(Traceback, ReadsCaretsRepeatsAndDottedTypes) {
  const auto recursion = last_traceback(
      "Traceback (most recent call last):\n  File \"<string>\", line 2, in <module>\n"
      "  File \"<string>\", line 1, in f\n  [Previous line repeated 996 more times]\n"
      "RecursionError: maximum recursion depth exceeded\n");
  ASSERT_TRUE(recursion.has_value());
  EXPECT_EQ(recursion->error_type, "RecursionError");
  const auto zmq = last_traceback(
      "ERROR:root:Traceback (most recent call last):\n  File \"a.py\", line 1, in <module>\n    "
      "x.bind(y)\n"
      "    ^^^^^^\nsomething printed between\nzmq.error.ZMQError: Address already in use "
      "(addr='tcp://127.0.0.1:1')\n");
  ASSERT_TRUE(zmq.has_value());
  EXPECT_EQ(zmq->error_type, "zmq.error.ZMQError");
  const auto bare = last_traceback(
      "Traceback (most recent call last):\n  File \"a.py\", line 1, in f\nKeyboardInterrupt\n");
  ASSERT_TRUE(bare.has_value());
  EXPECT_EQ(bare->error_type, "KeyboardInterrupt");
  EXPECT_EQ(bare->error_text, "");
}

TEST(Traceback, ReadsAFileThatDoesNotCompile) {
  const auto syntax = last_traceback(
      "  File \"/home/ada/syn.py\", line 1\n    x = (\n        ^\nSyntaxError: '(' was never "
      "closed\n");
  ASSERT_TRUE(syntax.has_value());
  EXPECT_EQ(syntax->error_type, "SyntaxError");
  EXPECT_EQ(syntax->frames.front().file, "/home/ada/syn.py");
}

TEST(Traceback, SurvivesHostileText) {
  EXPECT_FALSE(last_traceback(""));
  EXPECT_FALSE(last_traceback("Traceback (most recent call last):"));
  EXPECT_FALSE(last_traceback("no traceback\nValueError: a word in a log\n"));
  EXPECT_FALSE(last_traceback(std::string_view("\0\0\xff", 3)));
  const std::string endless =
      "Traceback (most recent call last):\n  File \"a\", line 1, in f\nE: " +
      std::string(100'000, 'x');
  ASSERT_TRUE(last_traceback(endless).has_value());
  std::string many =
      "Traceback (most recent call last):\n  File \"a\", line 1, in f\nValueError: x\n";
  for (int i = 0; i < 1000; ++i) many += "line\n";
  EXPECT_LT(last_traceback(many)->error_text.size(), 100U);
}

TEST(MissingModule, IsFoundWhereverItIsSaid) {
  EXPECT_EQ(missing_module("/usr/bin/python3: No module named ipykernel_launcher\n"),
            "ipykernel_launcher");
  EXPECT_EQ(
      missing_module(
          "/usr/bin/python3: Error while finding module specification for 'ipykernel_launcher' "
          "(ModuleNotFoundError: No module named 'ipykernel')\n"),
      "ipykernel");
  EXPECT_EQ(missing_module("Fatal Python error: init_fs_encoding: failed\nModuleNotFoundError: No "
                           "module named 'encodings'\n"),
            "encodings");
  EXPECT_EQ(missing_module(
                "Traceback (most recent call last):\n  File \"a.py\", line 1, in <module>\n"
                "ModuleNotFoundError: No module named 'random.foo'; 'random' is not a package\n"),
            "random.foo");
  EXPECT_EQ(missing_module("all is well\n"), "");
  EXPECT_EQ(missing_module("No module named "), "");
  EXPECT_EQ(missing_module("No module named '"), "");
}

TEST(HeadlessTraceback, WhatWasCopiedFromTheMiddleOn) {
  const auto found = headless_traceback(
      "some chatter\n"
      "File \"/home/me/lib/loader.py\", line 16, in <module>\n"
      "    from helper import find\n"
      "  File \"/home/me/work/random.py\", line 2, in <module>\n"
      "    import pandas as pd\n"
      "ImportError: Missing required dependencies ['numpy']\n");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->error_type, "ImportError");
  ASSERT_EQ(found->frames.size(), 2U);
  EXPECT_EQ(found->frames.front().file, "/home/me/work/random.py");
  EXPECT_FALSE(headless_traceback("  File \"a.py\", line 2 in f\n"));  // a dump's
}

TEST(LastError, OneThatStandsAlone) {
  const auto found = last_error(
      "Error: anybody's\nIn [1]: x\n> numpy.linalg.LinAlgError: Singular matrix\nsee above");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->error_type, "numpy.linalg.LinAlgError");
  EXPECT_EQ(found->error_text, "Singular matrix");
  EXPECT_FALSE(last_error("an Error: no\nfoo: bar\n"));
}

}  // namespace
}  // namespace km::evidence
