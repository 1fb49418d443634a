// Dumps as each CPython printed them (only paths changed), and what no Python ever printed.
#include "evidence/python_text.h"

#include <array>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace km::evidence {
namespace {

using ::testing::ElementsAre;

struct Sample {
  const char* version;
  const char* text;
};

// clang-format off
constexpr std::array kTwoThreads{
    Sample{"3.8", R"(Fatal Python error: Segmentation fault

Thread 0x00007f171268a6c0 (most recent call first):
  File "/home/ada/worker.py", line 4 in idle
  File "/opt/python/lib/python3.8/threading.py", line 870 in run
  File "/opt/python/lib/python3.8/threading.py", line 932 in _bootstrap_inner
  File "/opt/python/lib/python3.8/threading.py", line 890 in _bootstrap

Current thread 0x00007f1712e6ab80 (most recent call first):
  File "/opt/python/lib/python3.8/ctypes/__init__.py", line 514 in string_at
  File "/home/ada/worker.py", line 8 in read_null
  File "/home/ada/worker.py", line 10 in main
  File "/home/ada/worker.py", line 11 in <module>
)"},
    Sample{"3.9", R"(Fatal Python error: Segmentation fault

Thread 0x00007f43e644c6c0 (most recent call first):
  File "/home/ada/worker.py", line 4 in idle
  File "/opt/python/lib/python3.9/threading.py", line 917 in run
  File "/opt/python/lib/python3.9/threading.py", line 980 in _bootstrap_inner
  File "/opt/python/lib/python3.9/threading.py", line 937 in _bootstrap

Current thread 0x00007f43e6ca1b80 (most recent call first):
  File "/opt/python/lib/python3.9/ctypes/__init__.py", line 517 in string_at
  File "/home/ada/worker.py", line 8 in read_null
  File "/home/ada/worker.py", line 10 in main
  File "/home/ada/worker.py", line 11 in <module>
)"},
    Sample{"3.10", R"(Fatal Python error: Segmentation fault

Thread 0x00007f45251946c0 (most recent call first):
  File "/home/ada/worker.py", line 4 in idle
  File "/opt/python/lib/python3.10/threading.py", line 953 in run
  File "/opt/python/lib/python3.10/threading.py", line 1016 in _bootstrap_inner
  File "/opt/python/lib/python3.10/threading.py", line 973 in _bootstrap

Current thread 0x00007f4525bc7b80 (most recent call first):
  File "/opt/python/lib/python3.10/ctypes/__init__.py", line 517 in string_at
  File "/home/ada/worker.py", line 8 in read_null
  File "/home/ada/worker.py", line 10 in main
  File "/home/ada/worker.py", line 11 in <module>
)"},
    Sample{"3.11", R"(Fatal Python error: Segmentation fault

Thread 0x00007f508d8d76c0 (most recent call first):
  File "/home/ada/worker.py", line 4 in idle
  File "/opt/python/lib/python3.11/threading.py", line 982 in run
  File "/opt/python/lib/python3.11/threading.py", line 1045 in _bootstrap_inner
  File "/opt/python/lib/python3.11/threading.py", line 1002 in _bootstrap

Current thread 0x00007f508e668b80 (most recent call first):
  File "/opt/python/lib/python3.11/ctypes/__init__.py", line 519 in string_at
  File "/home/ada/worker.py", line 8 in read_null
  File "/home/ada/worker.py", line 10 in main
  File "/home/ada/worker.py", line 11 in <module>
)"},
    Sample{"3.12", R"(Fatal Python error: Segmentation fault

Thread 0x00007efc7aa976c0 (most recent call first):
  File "/home/ada/worker.py", line 4 in idle
  File "/opt/python/lib/python3.12/threading.py", line 1010 in run
  File "/opt/python/lib/python3.12/threading.py", line 1073 in _bootstrap_inner
  File "/opt/python/lib/python3.12/threading.py", line 1030 in _bootstrap

Current thread 0x00007efc7b717b80 (most recent call first):
  File "/opt/python/lib/python3.12/ctypes/__init__.py", line 525 in string_at
  File "/home/ada/worker.py", line 8 in read_null
  File "/home/ada/worker.py", line 10 in main
  File "/home/ada/worker.py", line 11 in <module>
)"},
    Sample{"3.13", R"(Fatal Python error: Segmentation fault

Thread 0x00007f9e59fbe6c0 (most recent call first):
  File "/home/ada/worker.py", line 4 in idle
  File "/opt/python/lib/python3.13/threading.py", line 992 in run
  File "/opt/python/lib/python3.13/threading.py", line 1041 in _bootstrap_inner
  File "/opt/python/lib/python3.13/threading.py", line 1012 in _bootstrap

Current thread 0x00007f9e5aa88c40 (most recent call first):
  File "/opt/python/lib/python3.13/ctypes/__init__.py", line 538 in string_at
  File "/home/ada/worker.py", line 8 in read_null
  File "/home/ada/worker.py", line 10 in main
  File "/home/ada/worker.py", line 11 in <module>
)"}};
// clang-format on

TEST(FaultDump, TellsTheDyingThreadOfEachVersion) {
  for (const Sample& sample : kTwoThreads) {
    const auto dump = last_fault_dump(sample.text);
    ASSERT_TRUE(dump.has_value()) << sample.version;
    EXPECT_EQ(dump->fatal_error, "Segmentation fault") << sample.version;
    ASSERT_EQ(dump->stack.size(), 4U) << sample.version;
    EXPECT_EQ(dump->stack.front().function, "string_at") << sample.version;
    EXPECT_EQ(dump->stack[1].file, "/home/ada/worker.py") << sample.version;
    EXPECT_EQ(dump->stack[1].line, 8) << sample.version;
    EXPECT_EQ(dump->stack.back().function, "<module>") << sample.version;
  }
}

// From the manual of CPython 3.14, shortened; thread names and extension modules as 3.14 prints
// them.
TEST(FaultDump, ReadsTheNativeStackOf314) {
  const auto dump = last_fault_dump(R"(Fatal Python error: Segmentation fault

Current thread 0x00007fb899f39700 [python] (most recent call first):
  File "/opt/python/Lib/ctypes/__init__.py", line 486 in string_at
  File "<stdin>", line 1 in <module>

Current thread's C stack trace (most recent call first):
  Binary file "/opt/python/python", at _Py_DumpStack+0x42 [0x5b27f7d7147e]
  Binary file "/usr/lib/libc.so.6", at +0x3def0 [0x77b73226bef0]
  Binary file "/usr/lib/libffi.so.8", at ffi_call+0x12e [0x77b73158ef0e]
  <truncated rest of calls>

Extension modules: numpy._core._multiarray_umath, _cffi_backend (total: 2)
)");
  ASSERT_TRUE(dump.has_value());
  EXPECT_EQ(dump->stack.size(), 2U);
  EXPECT_THAT(dump->native_stack, ElementsAre("python`_Py_DumpStack + 0x42", "libc.so.6`+ 0x3def0",
                                              "libffi.so.8`ffi_call + 0x12e"));
  EXPECT_THAT(dump->extension_modules,
              ElementsAre("numpy._core._multiarray_umath", "_cffi_backend"));
}

TEST(FaultDump, ReadsPyFatalError) {
  const auto dump = last_fault_dump(
      "Fatal Python error: broken heap\nPython runtime state: initialized\n\n"
      "Current thread 0x00007f1d44e3eb80 (most recent call first):\n  File \"<string>\", line 1 in "
      "<module>\n");
  ASSERT_TRUE(dump.has_value());
  EXPECT_EQ(dump->fatal_error, "broken heap");
  EXPECT_EQ(dump->stack.size(), 1U);
}

TEST(FaultDump, KnowsFramesThatAreNone) {
  const auto dump = last_fault_dump(
      "Fatal Python error: init_fs_encoding: failed\nPython runtime state: core initialized\n\n"
      "Current thread 0x00007fc7f765fb80 (most recent call first):\n  <no Python frame>\n");
  ASSERT_TRUE(dump.has_value());
  EXPECT_TRUE(dump->stack.empty());
  const auto collecting = last_fault_dump(
      "Fatal Python error: Aborted\n\nStack (most recent call first):\n  Garbage-collecting\n"
      "  File \"a.py\", line ??? in f\n  ...\n");
  ASSERT_TRUE(collecting.has_value());
  ASSERT_EQ(collecting->stack.size(), 1U);
  EXPECT_EQ(collecting->stack[0].line, 0);
}

TEST(FaultDump, KeepsTheBetterOneWhenTheDumpItselfFails) {
  const auto dump = last_fault_dump(
      "100%|#####|Fatal Python error: Segmentation fault\n\nCurrent thread 0x1 (most recent call "
      "first):\n"
      "  File \"a.py\", line 3 in f\nFatal Python error: Segmentation fault\n\n");
  ASSERT_TRUE(dump.has_value());
  ASSERT_EQ(dump->stack.size(), 1U);
  EXPECT_EQ(dump->stack[0].line, 3);
}

TEST(FaultDump, KeepsTheFirstErrorWhenASecondOneCutsALine) {
  const auto dump = last_fault_dump(
      "Fatal Python error: Floating point exception\n\nThread 0x1 (most recent call first):\n"
      "  File \"a.py\", line 3 in f\n  File Fatal Python error: Segmentation fault\n\n"
      "Extension modules: a.b (total: 1)\n");
  ASSERT_TRUE(dump.has_value());
  EXPECT_EQ(dump->fatal_error, "Floating point exception");
  EXPECT_TRUE(dump->cut_by_fault);
  EXPECT_THAT(dump->extension_modules, testing::ElementsAre("a.b"));
}

TEST(FaultDump, LeavesDumpsOfTheLivingAlone) {
  EXPECT_FALSE(last_fault_dump(
      "Timeout (0:00:05)!\nThread 0x1 (most recent call first):\n  File \"a.py\", line 3 in f\n"));
  EXPECT_FALSE(last_fault_dump(""));
}

TEST(FaultDump, SurvivesHostileText) {
  const std::string nul(
      "Fatal Python error: \0\xff\xfe\nCurrent thread (most recent call first):\n  File \"\n  File "
      "\"x\", line \n",
      90);
  EXPECT_TRUE(last_fault_dump(nul).has_value());
  std::string deep = "Fatal Python error: x\nCurrent thread 0x1 (most recent call first):\n";
  for (int i = 0; i < 5000; ++i) deep += "  File \"a.py\", line 99999999999999999999 in f\n";
  const auto dump = last_fault_dump(deep);
  ASSERT_TRUE(dump.has_value());
  EXPECT_LE(dump->stack.size(), 200U);
  EXPECT_TRUE(last_fault_dump("Fatal Python error: x\nExtension modules: , , ,").has_value());
  EXPECT_TRUE(
      last_fault_dump(
          "Fatal Python error: x\nC stack trace (most recent call first):\n  Binary file \"\", at ")
          .has_value());
}

TEST(Frame, ReadsBothForms) {
  const auto fault = parse_frame("  File \"a \"b\", line 3.py\", line 12 in <listcomp>");
  ASSERT_TRUE(fault.has_value());
  EXPECT_EQ(fault->file, "a \"b\", line 3.py");
  EXPECT_EQ(fault->line, 12);
  EXPECT_EQ(fault->function, "<listcomp>");
  EXPECT_EQ(parse_frame("  File \"a.py\", line 3, in f")->function, "f");
  EXPECT_EQ(parse_frame("File \"a.py\", line 3")->function, "");
  EXPECT_FALSE(parse_frame("    x = open(\"File\")"));
}

TEST(Imports, NamesTheModulesUnderWay) {
  const auto dump = last_fault_dump(R"(Fatal Python error: Illegal instruction

Current thread 0x00007fa8f7043b80 (most recent call first):
  File "<frozen importlib._bootstrap>", line 241 in _call_with_frames_removed
  File "<frozen importlib._bootstrap_external>", line 1176 in create_module
  File "/opt/venv/lib/python3.11/site-packages/tensorflow/python/pywrap_tensorflow.py", line 73 in <module>
  File "<frozen importlib._bootstrap>", line 241 in _call_with_frames_removed
  File "<frozen importlib._bootstrap_external>", line 940 in exec_module
  File "/opt/venv/lib/python3.11/site-packages/tensorflow/__init__.py", line 40 in <module>
  File "<frozen importlib._bootstrap>", line 241 in _call_with_frames_removed
  File "/home/ada/project/train.py", line 2 in <module>
  File "<frozen importlib._bootstrap>", line 1176 in _find_and_load
  File "/tmp/ipykernel_77/2623314910.py", line 1 in <module>
)");
  ASSERT_TRUE(dump.has_value());
  EXPECT_THAT(importing(dump->stack, "/home/ada/project"),
              ElementsAre("train", "tensorflow", "tensorflow.python.pywrap_tensorflow"));
}

TEST(Imports, NamesModulesByTheirPlace) {
  EXPECT_EQ(module_of("/usr/lib/python3.11/ctypes/__init__.py", ""), "ctypes");
  EXPECT_EQ(module_of("/usr/lib/python3.11/json/decoder.py", ""), "json.decoder");
  EXPECT_EQ(module_of("/home/ada/random.py", "/home/ada"), "random");
  EXPECT_EQ(module_of("/elsewhere/x.py", "/home/ada"), "x");
  EXPECT_EQ(module_of("", ""), "");
  EXPECT_EQ(module_of("/", "/"), "");
}

}  // namespace
}  // namespace km::evidence
