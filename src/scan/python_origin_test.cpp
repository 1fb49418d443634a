#include "scan/python_origin.h"

#include "os/tree_fixture.h"

#include <gtest/gtest.h>

namespace km::scan {
namespace {

TEST(PythonOrigin, IsToldByTheFolder) {
  const auto origin = [](std::string_view path) { return python_origin(path, false, ""); };
  EXPECT_EQ(origin("/opt/homebrew/Cellar/python@3.12/3.12.1/bin/python3.12"),
            "Homebrew for Apple silicon");
  EXPECT_EQ(origin("/usr/local/Cellar/python@3.12/3.12.1/bin/python3.12"), "Homebrew for Intel");
  EXPECT_EQ(origin("/Library/Frameworks/Python.framework/Versions/3.12/bin/python3.12"),
            "python.org");
  EXPECT_EQ(origin("/Library/Developer/CommandLineTools/Library/Frameworks/Python3.framework/"
                   "Versions/3.9/bin/python3.9"),
            "Apple's Command Line Tools");
  EXPECT_EQ(origin("/Applications/Xcode.app/Contents/Developer/usr/bin/python3"), "Xcode");
  EXPECT_EQ(origin("/Users/ada/.pyenv/versions/3.11.7/bin/python3.11"), "pyenv");
  EXPECT_EQ(origin("/Users/ada/.local/share/uv/python/cpython-3.12/bin/python3.12"), "uv");
  EXPECT_EQ(origin("/somewhere/bin/python"), "");
}

TEST(PythonOrigin, OfCondaIsToldByItsRecords) {
  EXPECT_EQ(python_origin("/opt/homebrew/Caskroom/miniforge/base/bin/python3.12", true, "osx-64"),
            "conda osx-64");
  EXPECT_EQ(python_origin("/x/bin/python", true, ""), "conda");
}

TEST(CondaSubdir, IsThatOfPythonsOwnRecord) {
  const os::TreeFixture tree(
      {{"/e/conda-meta/history", "==> 2026-01-01 <==\n"},
       {"/e/conda-meta/python-dateutil-2.9.json", R"({"subdir": "noarch"})"},
       {"/e/conda-meta/python-3.12.1-h1_0.json", R"({"name": "python", "subdir": "osx-64"})"}});
  EXPECT_EQ(conda_subdir(tree.path("/e")), "osx-64");
  EXPECT_EQ(conda_subdir(tree.path("/e/conda-meta")), "");
}

}  // namespace
}  // namespace km::scan
