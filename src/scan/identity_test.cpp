#include "scan/identity.h"

#include "os/tree_fixture.h"

#include <gtest/gtest.h>

namespace km::scan {
namespace {

class IdentityTest : public ::testing::Test {
 protected:
  std::string identity(const std::vector<std::string>& wrap = {}) const {
    Environment environment;
    environment.interpreter = tree_.path("/v/bin/python");
    environment.site_packages = {tree_.path("/v/site")};
    Surroundings around;
    around.working_folder = tree_.path("/w");
    around.variable = [this](const std::string& name) -> std::optional<std::string> {
      return name == "LD_LIBRARY_PATH" ? std::optional(libraries_) : std::nullopt;
    };
    return identity_of(environment, around, wrap);
  }
  os::TreeFixture tree_{{"/v/bin/python", "x"},
                        {"/v/site/a/x.so", "code"},
                        {"/v/site/a/x.py", "text"},
                        {"/v/site/a-1.dist-info/RECORD", "a/x.so,,4\n"},
                        {"/w/mine.py", ""}};
  std::string libraries_;
};

TEST_F(IdentityTest, StaysWhereNothingChanges) {
  EXPECT_EQ(identity(), identity());
  EXPECT_EQ(identity().size(), 16U);
}

TEST_F(IdentityTest, ChangesWithEverythingThatCounts) {
  std::string before = identity();
  const auto changed = [&] {
    const std::string now = identity();
    const bool other = now != before;
    before = now;
    return other;
  };
  tree_.add("/v/site/a/x.so", "more code");
  EXPECT_TRUE(changed()) << "a native file";
  tree_.remove("/v/site/a/x.py");
  EXPECT_TRUE(changed()) << "a missing module";
  tree_.add("/v/site/a-1.dist-info/RECORD", "");
  EXPECT_TRUE(changed()) << "a record";
  tree_.add("/w/enum.py", "");
  EXPECT_TRUE(changed()) << "the working folder";
  tree_.remove("/v/bin/python");
  EXPECT_TRUE(changed()) << "the interpreter";
  libraries_ = "/opt/lib";
  EXPECT_TRUE(changed()) << "a variable";
  EXPECT_NE(identity({"qemu-x86_64"}), before) << "the wrapper";
}

}  // namespace
}  // namespace km::scan
