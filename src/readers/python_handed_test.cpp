// Python's words in texts that were handed in, whole and in pieces.
#include "readers/readers.h"
#include "readers/whole_excerpt.h"

#include <gtest/gtest.h>

namespace km::readers {
namespace {

casefile::CaseFile read(std::string_view text) {
  casefile::CaseFile out;
  read_python(whole_excerpt(text, "x"), out);
  return out;
}

// Empty: none is told.
std::string shadowing_file(std::string_view text) {
  return read(text).text("python.shadowing_file").value_or("");
}

TEST(ReadPython, AnExceptionAndWhereItStands) {
  const auto out = read(
      "chatter\nTraceback (most recent call last):\n  File \"a.py\", line 3, in <module>\n"
      "    import tf\nModuleNotFoundError: No module named 'tf'\n");
  EXPECT_EQ(out.text("python.error_type"), "ModuleNotFoundError");
  EXPECT_EQ(out.text("python.missing_module"), "tf");
  EXPECT_EQ(out.find("python.error_type").front()->source, "x:5");
}

TEST(ReadPython, ADumpTellsItsStackAndNoException) {
  const auto out = read(
      "Fatal Python error: Segmentation fault\n\nCurrent thread 0x1 (most recent call first):\n"
      "  File \"/v/lib/python3.9/site-packages/lib/core.py\", line 7 in solve\n"
      "  File \"run.py\", line 1 in <module>\n");
  EXPECT_EQ(out.text("python.fatal_error"), "Segmentation fault");
  EXPECT_FALSE(out.find("python.stack").empty());
  EXPECT_TRUE(out.find("python.error_type").empty());
}

TEST(ReadPython, ADumpOfWhichOnlyTheFramesWereCopied) {
  const auto out = read(
      "it died here:\n  File \"/v/lib/python3.9/site-packages/lib/core.py\", line 7 in solve\n"
      "  File \"run.py\", line 1 in <module>\nany idea?\n");
  const auto stack = out.find("python.stack");
  ASSERT_EQ(stack.size(), 1U);
  EXPECT_EQ(std::get<std::vector<std::string>>(stack.front()->value).front(),
            "lib/core.py:7 in solve");
  EXPECT_TRUE(out.find("python.fatal_error").empty());
  // One line may be anything.
  EXPECT_TRUE(read("  File \"run.py\", line 1 in <module>\n").facts.empty());
}

TEST(ReadPython, AFileOfTheUsersThatALibraryImported) {
  const auto shadowed = read(
      "  File \"/usr/lib/python3.11/tempfile.py\", line 45, in <module>\n"
      "    from random import Random as _Random\n"
      "  File \"/home/me/work/random.py\", line 2, in <module>\n"
      "    print(undefined)\nNameError: name 'undefined' is not defined\n");
  EXPECT_EQ(shadowed.text("python.shadowing_file"), "/home/me/work/random.py");
  // The script itself may be called as it likes.
  const auto script = read(
      "Traceback (most recent call last):\n  File \"/home/me/work/random.py\", line 2, in "
      "<module>\n"
      "    import json\n  File \"/usr/lib/python3.11/json/__init__.py\", line 9, in <module>\n"
      "ImportError: x\n");
  EXPECT_TRUE(script.find("python.shadowing_file").empty());
}

TEST(ReadPython, AFileOfTheUsersInPlaceOfAnotherLibrary) {
  const auto shadowed = [](const std::string& source, const std::string& file) {
    return shadowing_file(
        "Traceback (most recent call last):\n"
        "  File \"/home/me/v/lib/python3.12/site-packages/web/__init__.py\", line 43, in "
        "<module>\n    " +
        source + "\n  File \"" + file +
        "\", line 4, in <module>\n    go()\nNameError: name 'go' is not defined\n");
  };
  EXPECT_EQ(shadowed("import socks", "/home/me/net/socks.py"), "/home/me/net/socks.py");
  EXPECT_EQ(shadowed("import os, socks.wire as wire", "/home/me/socks.py"), "/home/me/socks.py");
  EXPECT_EQ(shadowed("from socks.wire import x", "/home/me/socks.py"), "/home/me/socks.py");
  // What runs files of the user's, and its own parts.
  EXPECT_EQ(shadowed("exec(code, module.__dict__)", "/home/me/socks.py"), "");
  EXPECT_EQ(shadowed("from .socks import x", "/home/me/socks.py"), "");
  EXPECT_EQ(shadowed("import socksify", "/home/me/socks.py"), "");
}

TEST(ReadPython, AScriptWithTheNameOfWhatItImports) {
  const auto out = shadowing_file(
      "Traceback (most recent call last):\n"
      "  File \"/srv/mailtool.py\", line 1, in <module>\n    from mailtool import Box\n"
      "  File \"/srv/mailtool.py\", line 1, in <module>\n    from mailtool import Box\n"
      "ImportError: cannot import name 'Box' from partially initialized module 'mailtool'\n");
  EXPECT_EQ(out, "/srv/mailtool.py");
  // Older Pythons name the script as it was typed, and say less.
  const auto typed = shadowing_file(
      "Traceback (most recent call last):\n  File \"./mailtool.py\", line 1, in <module>\n"
      "    import mailtool, os\n  File \"/srv/mailtool.py\", line 2, in <module>\n"
      "    mailtool.go()\nAttributeError: 'module' object has no attribute 'go'\n");
  EXPECT_EQ(typed, "/srv/mailtool.py");
}

TEST(ReadPython, AFileOfTheUsersThatDoesNotCompile) {
  const auto out = shadowing_file(
      "  File \"/usr/lib/python3.11/pdb.py\", line 77, in <module>\n    import code\n"
      "  File \"/home/me/work/code.py\", line 18\n    x = f(a=)\n           ^\n"
      "SyntaxError: invalid syntax\n");
  EXPECT_EQ(out, "/home/me/work/code.py");
}

TEST(ReadPython, NothingIsInvented) {
  EXPECT_TRUE(read("").facts.empty());
  EXPECT_TRUE(read("Error: what a day\nFile \"x\nTraceback\n").facts.empty());
}

}  // namespace
}  // namespace km::readers
