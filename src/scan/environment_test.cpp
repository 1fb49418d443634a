#include "scan/environment.h"

#include "os/tree_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace km::scan {
namespace {

using testing::ElementsAre;

TEST(Platform, IsReadFromItsName) {
  const auto mac = parse_platform("macos-15-arm64");
  ASSERT_TRUE(mac);
  EXPECT_EQ(mac->os, "macos");
  EXPECT_EQ(mac->version, "15");
  EXPECT_EQ(mac->architecture, "arm64");
  EXPECT_EQ(parse_platform("linux-x86_64")->version, "");
  for (const char* wrong :
       {"", "macos", "amiga-500", "macos-15-ppc", "macos-15-1-arm64", "-", "--"})
    EXPECT_FALSE(parse_platform(wrong)) << wrong;
}

TEST(FindEnvironment, KnowsAFolderOfAnotherPlatform) {
  const os::TreeFixture tree({{"/mac/lib/python3.11/site-packages/a-1.0.dist-info/METADATA", ""}});
  const auto environment = find_environment(tree.path("/mac"), {});
  ASSERT_TRUE(environment) << environment.error().what;
  EXPECT_EQ(environment->version, "3.11");
  EXPECT_TRUE(environment->interpreter.empty());
  EXPECT_THAT(environment->site_packages,
              ElementsAre(tree.path("/mac/lib/python3.11/site-packages")));
}

TEST(FindEnvironment, TakesASitePackagesFolderByItself) {
  const os::TreeFixture tree({{"/x/lib/python3.9/site-packages/a-1.0.dist-info/METADATA", ""}});
  const auto environment = find_environment(tree.path("/x/lib/python3.9/site-packages"), {});
  ASSERT_TRUE(environment) << environment.error().what;
  EXPECT_EQ(environment->version, "3.9");
}

TEST(FindEnvironment, SeesALinkThatLeadsNowhere) {
  const os::TreeFixture tree({{"/v/lib/python3.11/site-packages/", ""}});
  tree.link("/v/bin/python", "/gone/python3.11");
  const auto environment = find_environment(tree.path("/v"), {});
  ASSERT_TRUE(environment) << environment.error().what;
  EXPECT_EQ(environment->interpreter, tree.path("/v/bin/python"));
}

TEST(FindEnvironment, TellsWhoKeepsIt) {
  const os::TreeFixture tree({{"/uv/lib/python3.12/site-packages/", ""},
                              {"/uv/pyvenv.cfg", "home = /x\nuv = 0.9.1\n"},
                              {"/conda/lib/python3.12/site-packages/", ""},
                              {"/conda/conda-meta/", ""},
                              {"/venv/lib/python3.12/site-packages/", ""},
                              {"/venv/pyvenv.cfg", "home = /uv = x\n"}});
  EXPECT_EQ(find_environment(tree.path("/uv"), {})->installer, "uv");
  EXPECT_EQ(find_environment(tree.path("/conda"), {})->installer, "conda");
  EXPECT_EQ(find_environment(tree.path("/venv"), {})->installer, "pip");
}

TEST(FindEnvironment, RefusesWhatIsNone) {
  const os::TreeFixture tree({{"/empty/", ""}});
  EXPECT_FALSE(find_environment(tree.path("/empty"), {}));
  EXPECT_FALSE(find_environment(tree.path("/gone"), {}));
}

}  // namespace
}  // namespace km::scan
