// Exceptions that a random.py beside the notebook made in CPython 3.8 to 3.13.
#include "evidence/python_text.h"

#include <gtest/gtest.h>

namespace km::evidence {
namespace {

constexpr const char* kFile = "/home/ada/work/random.py";

std::string found(const std::string& type, const std::string& text, bool there = true,
                  std::vector<Frame> frames = {}) {
  return shadowing_file(Traceback{type, text, std::move(frames)}, "/home/ada/work",
                        [&](const std::string& file) { return there && file == kFile; });
}

TEST(Shadow, TakesPythonsOwnWord) {
  EXPECT_EQ(found("AttributeError",
                  "module 'random' has no attribute 'randint' (consider renaming "
                  "'/home/ada/work/random.py' since "
                  "it has the same name as the standard library module named 'random' and the "
                  "import system gives it precedence)",
                  false),
            kFile);
}

TEST(Shadow, TakesTheFileThatTheImportErrorNames) {
  EXPECT_EQ(found("ImportError",
                  "cannot import name 'Random' from 'random' (/home/ada/work/random.py)", false),
            kFile);
  EXPECT_EQ(found("ImportError", "cannot import name 'x' from 'mine' (/home/ada/work/mine.py)"),
            "");
  EXPECT_EQ(found("ImportError",
                  "cannot import name 'x' from 'random' (/usr/lib/python3.11/random.py)", false),
            "");
}

TEST(Shadow, LooksForTheFileThatNobodyNames) {
  EXPECT_EQ(found("AttributeError", "module 'random' has no attribute 'randint'"), kFile);
  EXPECT_EQ(found("AttributeError",
                  "partially initialized module 'random' has no attribute 'x' (most likely due to "
                  "a circular import)"),
            kFile);
  EXPECT_EQ(found("ModuleNotFoundError", "No module named 'random.foo'; 'random' is not a package"),
            kFile);
  EXPECT_EQ(found("AttributeError", "module 'random' has no attribute 'randint'", false), "");
}

TEST(Shadow, TakesAFrameInSuchAFile) {
  EXPECT_EQ(found("ImportError", "x", false,
                  {{"/home/ada/work/json/__init__.py", 3, "<module>"},
                   {"/home/ada/work/main.py", 1, "<module>"}}),
            "/home/ada/work/json/__init__.py");
  EXPECT_EQ(found("ImportError", "x", false,
                  {{"/home/ada/work/venv/lib/python3.11/site-packages/random.py", 3, "f"}}),
            "");
}

TEST(Shadow, LeavesOtherTroubleAlone) {
  EXPECT_EQ(found("ValueError", "module 'random' has no attribute 'randint'"), "");
  EXPECT_EQ(found("AttributeError", "'NoneType' object has no attribute 'random'"), "");
  EXPECT_EQ(
      found("ModuleNotFoundError", "No module named '../random'; '../random' is not a package"),
      "");
  EXPECT_EQ(found("ImportError", ""), "");
}

TEST(Shadow, KnowsTheStandardLibrary) {
  for (const char* name : {"abc", "random", "json", "zoneinfo", "string"})
    EXPECT_TRUE(is_standard_module(name)) << name;
  EXPECT_FALSE(is_standard_module("numpy"));
  EXPECT_FALSE(is_standard_module(""));
}

}  // namespace
}  // namespace km::evidence
