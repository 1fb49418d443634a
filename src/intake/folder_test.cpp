#include "intake/take_in.h"
#include "os/tree_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

namespace km::intake {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(FilesBelow, AreSortedAndWithoutTraps) {
  const os::TreeFixture tree({{"/c/b.log", "x"},
                              {"/c/a.log", "x"},
                              {"/c/sub/z.txt", "x"},
                              {"/c/.git/config", "x"},
                              {"/c/empty/", ""}});
  tree.link("/c/loop", tree.path("/c"));
  tree.link("/c/link.log", tree.path("/c/a.log"));
  ASSERT_EQ(::mkfifo(tree.path("/c/pipe").c_str(), 0600), 0);
  const auto found = files_below(tree.path("/c").string());
  ASSERT_TRUE(found);
  EXPECT_THAT(found->files,
              ElementsAre(tree.path("/c/a.log").string(), tree.path("/c/b.log").string(),
                          tree.path("/c/sub/z.txt").string()));
  EXPECT_THAT(found->notes, ElementsAre(HasSubstr("1 hidden"), HasSubstr("3 links, pipes")));
}

TEST(FilesBelow, AreBounded) {
  const os::TreeFixture tree({{"/c/", ""}});
  for (int i = 0; i < 10'005; ++i) tree.add("/c/" + std::to_string(i) + ".log", "");
  const auto found = files_below(tree.path("/c").string());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->files.size(), kMostFiles);
  EXPECT_TRUE(std::is_sorted(found->files.begin(), found->files.end()));
  EXPECT_THAT(found->notes, ElementsAre(HasSubstr("5 files more than the 10,000")));
}

TEST(FilesBelow, TellWhatIsNoFolder) {
  const os::TreeFixture tree({{"/file", "x"}, {"/empty/", ""}});
  EXPECT_THAT(files_below(tree.path("/file").string()).error().what, HasSubstr("cannot list"));
  EXPECT_FALSE(files_below(tree.path("/missing").string()));
  EXPECT_THAT(files_below(tree.path("/empty").string())->files, IsEmpty());
}

TEST(ShownNames, TellEqualOnesApart) {
  EXPECT_THAT(shown_names({"a/x.log", "y.log", "b/x.log", "-", "/dev/fd/63"}),
              ElementsAre("a/x.log", "y.log", "b/x.log", "-", "/dev/fd/63"));
  EXPECT_THAT(shown_names({"/tmp/x.log"}), ElementsAre("x.log"));
}

}  // namespace
}  // namespace km::intake
