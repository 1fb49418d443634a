#include "scan/slices.h"

#include "binary/macho_builder.h"
#include "os/tree_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace km::scan {
namespace {

using binary::samples::fat;
using binary::samples::kArm64;
using binary::samples::kX86_64;
using binary::samples::MachBuilder;
using testing::ElementsAre;

std::string universal() {
  return fat({{kX86_64, MachBuilder(kX86_64).build()}, {kArm64, MachBuilder(kArm64).build()}});
}

class MacEnvironment {
 public:
  explicit MacEnvironment(const std::string& interpreter) {
    tree_.add("/e/pyvenv.cfg", "home = /opt/python/bin\nversion = 3.12.1\n");
    tree_.add("/e/bin/python3.12", interpreter);
    tree_.add("/e/lib/python3.12/site-packages/six.py", "");
  }
  void package(std::string_view file, const std::string& bytes) const {
    tree_.add("/e/lib/python3.12/site-packages/" + std::string(file), bytes);
  }
  Slices slices() const { return slices_of(tree_.path("/e/bin/python3.12")); }

 private:
  os::TreeFixture tree_;
};

TEST(NativeStart, OfAUniversalInterpreterWithNativePackages) {
  const MacEnvironment mac(universal());
  mac.package("zmq/backend/cython/_zmq.so", MachBuilder(kArm64).build());
  mac.package("numpy/_core/x.so", universal());
  const Slices slices = mac.slices();
  EXPECT_THAT(slices.interpreter, ElementsAre("x86_64", "arm64"));
  EXPECT_THAT(slices.packages, ElementsAre("arm64"));
  EXPECT_GE(slices.looked_at, 2);
  EXPECT_EQ(native_start(slices), "arm64");
}

TEST(NativeStart, NotWherePackagesAreForIntel) {
  const MacEnvironment mac(universal());
  mac.package("zmq/_zmq.so", MachBuilder(kX86_64).build());
  EXPECT_EQ(native_start(mac.slices()), "");
}

TEST(NativeStart, WithoutCompiledPackagesTheInterpreterDecides) {
  EXPECT_EQ(native_start(MacEnvironment(universal()).slices()), "arm64");
}

TEST(NativeStart, NothingToChooseForOneArchitectureOrNoInterpreter) {
  EXPECT_EQ(native_start(MacEnvironment(MachBuilder(kX86_64).build()).slices()), "");
  EXPECT_EQ(native_start(MacEnvironment(MachBuilder(kArm64).build()).slices()), "");
  EXPECT_EQ(native_start(MacEnvironment("#!/bin/sh\n").slices()), "");
  EXPECT_EQ(native_start(slices_of("/no/such/python")), "");
}

}  // namespace
}  // namespace km::scan
