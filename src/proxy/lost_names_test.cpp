// Names that cells bind, and which of them a dead kernel took with it.
#include "proxy/lost_names.h"

#include <gtest/gtest.h>

namespace km::proxy {
namespace {

class Binding : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(Binding, IsSeen) {
  LostNames names;
  names.ran(GetParam().first, 3);
  names.died();
  EXPECT_EQ(names.lost(GetParam().second), 3) << GetParam().first;
}

INSTANTIATE_TEST_SUITE_P(
    Python, Binding,
    testing::Values(std::pair("x = 1", "x"), std::pair("a, b = 1, 2", "b"),
                    std::pair("a = b = 0", "b"), std::pair("x += 1", "x"),
                    std::pair("x: int = 1", "x"), std::pair("def f(y):\n  pass", "f"),
                    std::pair("class C:\n  pass", "C"), std::pair("import numpy as np", "np"),
                    std::pair("import os.path", "os"), std::pair("from a.b import c, d", "d"),
                    std::pair("for i in range(3):\n  pass", "i"),
                    std::pair("with open('x') as f:\n  pass", "f"),
                    std::pair("größe = 1", "größe")));

class NoBinding : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(NoBinding, IsSeen) {
  LostNames names;
  names.ran(GetParam().first, 3);
  names.died();
  EXPECT_FALSE(names.lost(GetParam().second)) << GetParam().first;
}

INSTANTIATE_TEST_SUITE_P(Python, NoBinding,
                         testing::Values(std::pair("x == 1", "x"), std::pair("f(key=1)", "key"),
                                         std::pair("print(x)", "x"), std::pair("x <= 2", "x"),
                                         std::pair("# x = 1", "x"),
                                         std::pair("print('x = 1')", "x"), std::pair("", "")));

TEST(LostNames, AreFoundAgainByRunningTheCell) {
  LostNames names;
  names.ran("x = 1", 1);
  EXPECT_FALSE(names.lost("x")) << "its kernel lives";
  names.died();
  EXPECT_EQ(names.lost("x"), 1);
  names.ran("x = 2", 1);
  EXPECT_FALSE(names.lost("x"));
}

TEST(LostNames, OutlastTwoDeaths) {
  LostNames names;
  names.ran("x = 1", 7);
  names.died();
  names.ran("y = 1", 1);
  names.died();
  EXPECT_EQ(names.lost("x"), 7);
  EXPECT_EQ(names.lost("y"), 1);
}

TEST(LostNames, KnowTheCellsOfTheDead) {
  LostNames names;
  EXPECT_FALSE(names.cells());
  names.ran("1", 2);
  names.ran("2", 5);
  names.died();
  EXPECT_EQ(names.cells(), std::pair(2, 5));
}

TEST(UndefinedName, IsReadFromTheSentence) {
  EXPECT_EQ(undefined_name("name 'x' is not defined"), "x");
  EXPECT_EQ(undefined_name("name 'x' is not defined. Did you mean: 'y'?"), "x");
  EXPECT_EQ(undefined_name("something else"), "");
  EXPECT_EQ(undefined_name("name 'x"), "");
}

}  // namespace
}  // namespace km::proxy
