#include "evidence/packages.h"

#include "os/tree_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace km::evidence {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Packages, AreNamedByTheirFolders) {
  EXPECT_EQ(package_of("tensorflow_cpu-2.21.0.dist-info"), "tensorflow-cpu 2.21.0");
  EXPECT_EQ(package_of("Jinja2-3.1.2.dist-info"), "jinja2 3.1.2");
  EXPECT_EQ(package_of("zope.interface-5.5.2.egg-info"), "zope-interface 5.5.2");
  EXPECT_EQ(package_of("six-1.16.0-py3.11.egg-info"), "six 1.16.0");
  EXPECT_EQ(package_of("torch-2.3.0+cu121.dist-info"), "torch 2.3.0+cu121");
  for (const char* none : {"", ".dist-info", "-1.dist-info", "numpy", "numpy.dist-info",
                           "x-.dist-info", "~umpy-.dist-info"}) {
    EXPECT_EQ(package_of(none), std::nullopt) << none;
  }
}

TEST(PythonHome, OfAVirtualEnvironmentWithTheSystems) {
  const os::TreeFixture tree({{"/base/bin/python3.11", ""},
                              {"/base/include/python3.11/patchlevel.h",
                               "/* x */\n#define PY_VERSION              \"3.11.7\"\n"},
                              {"/base/lib/python3.11/site-packages/numpy-1.26.4.dist-info/", ""},
                              {"/base/lib/python3.11/site-packages/attrs-23.0.0.dist-info/", ""},
                              {"/venv/lib/python3.11/site-packages/numpy-2.0.0.dist-info/", ""}});
  tree.add("/venv/pyvenv.cfg", "home = " + tree.path("/base/bin").string() +
                                   "\ninclude-system-site-packages = true\nversion = 3.11.7\n");
  tree.link("/venv/bin/python", tree.path("/base/bin/python3.11"));
  const auto home = python_home(tree.path("/venv/bin/python"), {});
  ASSERT_TRUE(home.has_value());
  EXPECT_EQ(home->version, "3.11.7");
  EXPECT_THAT(installed_packages(home->site_packages), ElementsAre("attrs 23.0.0", "numpy 2.0.0"));
  tree.add(
      "/venv/pyvenv.cfg",
      "home = /nowhere\ninclude-system-site-packages = false\nversion_info = 3.11.7.final.0\n");
  const auto alone = python_home(tree.path("/venv/bin/python"), {});
  ASSERT_TRUE(alone.has_value());
  EXPECT_EQ(alone->version, "3.11.7");
  EXPECT_THAT(installed_packages(alone->site_packages), ElementsAre("numpy 2.0.0"));
}

TEST(PythonHome, OfCondaAndPyenvFollowsTheLink) {
  const os::TreeFixture tree({{"/conda/bin/python3.12", ""},
                              {"/conda/conda-meta/python-3.12.4-h955ad1f_0.json", "{}"},
                              {"/conda/lib/python3.12/site-packages/scipy-1.13.0.dist-info/", ""},
                              {"/versions/3.9.18/bin/python3.9", ""},
                              {"/versions/3.9.18/lib/python3.9/", ""}});
  tree.link("/conda/bin/python", "python3.12");
  tree.link("/versions/3.9.18/bin/python", "python3.9");
  const auto conda = python_home(tree.path("/conda/bin/python"), {});
  ASSERT_TRUE(conda.has_value());
  EXPECT_EQ(conda->version, "3.12.4");
  EXPECT_THAT(installed_packages(conda->site_packages), ElementsAre("scipy 1.13.0"));
  const auto pyenv = python_home(tree.path("/versions/3.9.18/bin/python"), {});
  ASSERT_TRUE(pyenv.has_value());
  EXPECT_EQ(pyenv->version, "3.9.18");
  EXPECT_THAT(installed_packages(pyenv->site_packages), IsEmpty());
}

TEST(PythonHome, HasTheUsersOwnPackages) {
  const os::TreeFixture tree({{"/base/bin/python3", ""},
                              {"/base/lib/python3.9/", ""},
                              {"/base/lib/python3.11/site-packages/a-1.dist-info/", ""},
                              {"/ada/.local/lib/python3.11/site-packages/a-2.dist-info/", ""}});
  const auto home = python_home(tree.path("/base/bin/python3"), tree.path("/ada"));
  ASSERT_TRUE(home.has_value());
  EXPECT_EQ(home->version, "3.11");
  EXPECT_THAT(installed_packages(home->site_packages), ElementsAre("a 2"));
}

TEST(PythonHome, IsNowhereAroundOtherPrograms) {
  const os::TreeFixture tree({{"/shims/bin/python", "#!/bin/sh\n"},
                              {"/broken/pyvenv.cfg", "====\n\n="},
                              {"/broken/bin/python", ""}});
  EXPECT_EQ(python_home(tree.path("/shims/bin/python"), {}), std::nullopt);
  EXPECT_EQ(python_home(tree.path("/broken/bin/python"), {}), std::nullopt);
  EXPECT_EQ(python_home("", {}), std::nullopt);
  EXPECT_EQ(python_home("/nonexistent/python", {}), std::nullopt);
}

}  // namespace
}  // namespace km::evidence
