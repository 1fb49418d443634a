#include "runner/kernel_choice.h"

#include "runner/temporary_folder.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace km::runner {
namespace {

using testing::HasSubstr;

class KernelChoice : public testing::Test {
 protected:
  void SetUp() override {
    install("python3", "python");
    install("ir", "R");
  }

  void install(const std::string& name, const std::string& language) {
    const auto folder = folder_ / ("kernels/" + name);
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "kernel.json")
        << R"({"argv": ["/bin/)" << name
        << R"(", "{connection_file}"], "display_name": "x", "language": ")" << language << "\"}";
  }

  auto choose(const std::string& metadata) {
    auto notebook = jupyter::Notebook::parse(R"({"cells": [], "metadata": )" + metadata +
                                             R"(, "nbformat": 4, "nbformat_minor": 5})");
    EXPECT_TRUE(notebook);
    return choose_kernel(plan_, *notebook, {folder_.path()});
  }

  TemporaryFolder folder_;
  RunPlan plan_;
};

TEST_F(KernelChoice, FollowsTheOrderOfPreference) {
  const std::string own = R"({"kernelspec": {"name": "ir", "display_name": "R", "language": "R"}})";
  EXPECT_EQ(choose(own)->name, "ir");
  EXPECT_EQ(choose("{}")->name, "python3");
  EXPECT_EQ(choose(R"({"language_info": {"name": "R"}})")->name, "ir");
  plan_.kernel = "python3";
  EXPECT_EQ(choose(own)->name, "python3");
  plan_.python = "/opt/python";
  EXPECT_EQ(choose(own)->argv.front(), "/opt/python");
}

TEST_F(KernelChoice, SaysWhatToTypeWhereThereIsNone) {
  plan_.notebook = "a.ipynb";
  const auto python =
      choose(R"({"kernelspec": {"name": "gone", "display_name": "x", "language": "python"}})");
  ASSERT_FALSE(python);
  EXPECT_EQ(python.error().code, 2);
  EXPECT_THAT(python.error().error.what, HasSubstr("gone"));
  EXPECT_THAT(python.error().next, HasSubstr("kernelmedic run a.ipynb --python"));
  const auto julia = choose(R"({"language_info": {"name": "julia"}})");
  ASSERT_FALSE(julia);
  EXPECT_THAT(julia.error().error.what, HasSubstr("julia"));
  EXPECT_THAT(julia.error().next, HasSubstr("--kernel"));
}

}  // namespace
}  // namespace km::runner
