#include "evidence/cell.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace km::evidence {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(EndingCalls, AreFoundAsTheyAreWritten) {
  EXPECT_THAT(ending_calls("import os\nos._exit(3)"), ElementsAre("os._exit(3)"));
  EXPECT_THAT(ending_calls("import sys; sys.exit()\nexit ( )\nquit(1)"),
              ElementsAre("sys.exit()", "exit ( )", "quit(1)"));
  EXPECT_THAT(ending_calls("os.kill(os.getpid(), signal.SIGKILL)"),
              ElementsAre("os.kill(os.getpid(), signal.SIGKILL)"));
  EXPECT_THAT(ending_calls("import ctypes\nctypes.string_at(0)"),
              ElementsAre("ctypes.string_at(0)"));
  EXPECT_THAT(ending_calls("libc.abort()"), ElementsAre("libc.abort()"));
  EXPECT_THAT(ending_calls("if bad:\n  raise SystemExit(2)\nraise SystemExit"),
              ElementsAre("raise SystemExit(2)", "raise SystemExit"));
  EXPECT_THAT(ending_calls("m = mmap.mmap(f.fileno(), 0)\nf.truncate(0)"),
              ElementsAre("mmap.mmap(f.fileno(), 0)", "f.truncate(0)"));
  EXPECT_THAT(ending_calls("loop.call_soon(sys.exit, 4)\nregister(os._exit)"),
              ElementsAre("sys.exit", "os._exit"));
  EXPECT_THAT(ending_calls("x = 1\n!kill -9 $PPID"), ElementsAre("!kill -9 $PPID"));
  EXPECT_THAT(ending_calls("os._exit(\n  3\n)"), ElementsAre("os._exit(  3)"));
}

TEST(EndingCalls, AreNotFoundInCommentsAndStrings) {
  EXPECT_THAT(ending_calls("# os._exit(3)\nprint('os._exit(3)')\n\"\"\"doc\nexit()\n\"\"\"\ns = "
                           "'\\\\' ; t = 'exit()'"),
              IsEmpty());
  EXPECT_THAT(ending_calls("print('it\\'s exit()')"), IsEmpty());
  EXPECT_THAT(ending_calls("print(\"'\")  # exit()"), IsEmpty());
}

TEST(EndingCalls, AreNotNamesThatLookAlike) {
  EXPECT_THAT(ending_calls("def exit(): pass\natexit.register(f)\nos._exit\nmy_exit(1)\nwith "
                           "a.exit() as b: pass\nsession.quit()"),
              IsEmpty());
}

TEST(EndingCalls, SurviveHostileSource) {
  EXPECT_THAT(ending_calls(""), IsEmpty());
  EXPECT_THAT(ending_calls("'''never closed exit()"), IsEmpty());
  EXPECT_THAT(ending_calls("'\\"), IsEmpty());
  EXPECT_THAT(ending_calls(std::string_view("exit\0(", 6)), IsEmpty());
  EXPECT_THAT(ending_calls("exit((((((("), ElementsAre("exit((((((("));
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "exit(" + std::to_string(i) + ")\n";
  EXPECT_LE(ending_calls(many).size(), 50U);
  const auto wide = ending_calls("os._exit(" + std::string(5000, 'x') + ")");
  ASSERT_EQ(wide.size(), 1U);
  EXPECT_LT(wide[0].size(), 70U);
}

}  // namespace
}  // namespace km::evidence
