#include "readers/package_list.h"

#include <gtest/gtest.h>

namespace km::readers {
namespace {

TEST(PackageList, ReadsFrozenLines) {
  EXPECT_EQ(frozen_package("numpy==2.1.3")->version, "2.1.3");
  EXPECT_EQ(frozen_package("jax[cpu]==0.4.30 ; python_version > '3.8'")->name, "jax");
  EXPECT_EQ(frozen_package("wheel @ file:///tmp/wheel.whl")->version, "");
  EXPECT_FALSE(frozen_package("if a == b:"));
  EXPECT_FALSE(frozen_package("x==y"));
  EXPECT_FALSE(frozen_package("a @ b"));
  EXPECT_FALSE(frozen_package(""));
}

TEST(PackageList, ReadsKeyedLines) {
  EXPECT_EQ(keyed_package("numpy: 2.1.3")->version, "2.1.3");
  EXPECT_EQ(keyed_package("torch: present")->version, "");
  EXPECT_EQ(keyed_package("ipykernel: >=6.0")->name, "ipykernel");
  EXPECT_EQ(keyed_package("jax: cpu")->version, "");
  EXPECT_FALSE(keyed_package("api_key: 3.5"));
  EXPECT_FALSE(keyed_package("HF_TOKEN: 12.34"));
  EXPECT_FALSE(keyed_package("torch: an error of many words"));
  EXPECT_FALSE(keyed_package("ValueError: bad"));
  EXPECT_FALSE(keyed_package("12: 3.5"));
}

TEST(PackageList, ReadsWhatAnInstallerDidNotFind) {
  EXPECT_EQ(wanted_package("ERROR: Could not find a version that satisfies the requirement "
                           "tensorflow==1.15 (from versions: none)"),
            "tensorflow==1.15");
  EXPECT_EQ(wanted_package("  Could not find a version that satisfies the requirement torch>=1.8.0 "
                           "(from -r r.txt (line 10)) (from versions: )"),
            "torch>=1.8.0");
  EXPECT_EQ(wanted_package("ERROR: No matching distribution found for tensorflow"), "tensorflow");
  EXPECT_EQ(wanted_package("  Unable to find installation candidates for tensorflow (2.10.0)"),
            "tensorflow==2.10.0");
  EXPECT_EQ(wanted_package(
                "  × Because tensorflow==2.10.0 has no wheels with a matching Python version tag"),
            "tensorflow==2.10.0");
  EXPECT_EQ(wanted_package("No matching distribution found for <x>"), "");
  EXPECT_EQ(wanted_package(" has no wheels with a matching "), "");
  EXPECT_EQ(wanted_package("everything is fine"), "");
}

TEST(PackageList, KnowsItsPackages) {
  for (const char* name :
       {"accelerate", "jupyter_client", "NumPy", "tensorflow-metal", "xgboost", "torch"}) {
    EXPECT_TRUE(is_known_package(name)) << name;
  }
  EXPECT_FALSE(is_known_package("epoch"));
}

}  // namespace
}  // namespace km::readers
