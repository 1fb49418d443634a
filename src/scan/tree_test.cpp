#include "scan/tree.h"

#include "os/tree_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace km::scan {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

TEST(NativeName, IsOneOfALibrary) {
  for (const char* name :
       {"a.so", "a.cpython-311-darwin.so", "liba.so.1", "liba.so.1.2.3", "a.dylib"})
    EXPECT_TRUE(has_native_name(name)) << name;
  for (const char* name : {"a.py", "a.so.txt", "so", "a.so.", "a.dylib.py", "a.so.1a"})
    EXPECT_FALSE(has_native_name(name)) << name;
}

TEST(Walk, FindsFilesByNameAndLeavesCachesOut) {
  const os::TreeFixture tree({{"/s/a/__init__.py", ""},
                              {"/s/a/__pycache__/x.pyc", ""},
                              {"/s/a/deep/er/x.so", ""},
                              {"/s/b.so", ""}});
  const Tree found = walk(tree.path("/s"));
  EXPECT_THAT(found.files, UnorderedElementsAre("a/__init__.py", "a/deep/er/x.so", "b.so"));
  EXPECT_THAT(found.natives, ElementsAre("a/deep/er/x.so", "b.so"));
  EXPECT_FALSE(found.cut);
}

TEST(Walk, FollowsNoLinks) {
  const os::TreeFixture tree({{"/s/a/x.so", ""}});
  tree.link("/s/loop", tree.path("/s"));
  tree.link("/s/a/up", "..");
  const Tree found = walk(tree.path("/s"));
  EXPECT_THAT(found.natives, ElementsAre("a/x.so"));
  EXPECT_TRUE(found.links);
}

TEST(Walk, EndsInFoldersThatAreVeryDeep) {
  const os::TreeFixture tree;
  std::string path = "/s";
  for (int i = 0; i < 100; ++i) path += "/d";
  tree.add(path + "/x.so", "");
  EXPECT_TRUE(walk(tree.path("/s")).natives.empty());
}

TEST(Walk, OfNothingIsEmpty) { EXPECT_EQ(walk("/gone/away").unread_folders, 1U); }

}  // namespace
}  // namespace km::scan
