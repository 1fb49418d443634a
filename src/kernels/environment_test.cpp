#include "kernels/environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace km::kernels {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsSupersetOf;
using testing::Not;

TEST(KernelEnvironment, AddsWhatADyingInterpreterNeeds) {
  const auto environment = kernel_environment({"A=1", "odd", "B=x=y"}, {}, "python", true, 42);
  EXPECT_THAT(environment.variables,
              ElementsAre("A=1", "B=x=y", "JPY_PARENT_PID=42", "PYTHONFAULTHANDLER=1"));
  EXPECT_TRUE(environment.faulthandler_added);
}

TEST(KernelEnvironment, LeavesTheUsersOwnFaulthandlerAlone) {
  const auto environment = kernel_environment({"PYTHONFAULTHANDLER="}, {}, "python", true, 42);
  EXPECT_THAT(environment.variables, Contains("PYTHONFAULTHANDLER="));
  EXPECT_FALSE(environment.faulthandler_added);
}

TEST(KernelEnvironment, OtherKernelsGetTheirVariablesAsTheyAre) {
  const auto environment = kernel_environment({"PYTHONEXECUTABLE=/x"}, {}, "R", false, 42);
  EXPECT_THAT(environment.variables, ElementsAre("JPY_PARENT_PID=42", "PYTHONEXECUTABLE=/x"));
}

TEST(KernelEnvironment, APythonKernelNeverTakesAnotherPythonForItself) {
  const auto environment = kernel_environment({"PYTHONEXECUTABLE=/x"}, {{"PYTHONEXECUTABLE", "/y"}},
                                              "python3", false, 42);
  EXPECT_THAT(environment.variables, ElementsAre("JPY_PARENT_PID=42"));
}

TEST(KernelEnvironment, SubstitutesAsStringTemplateDoes) {
  const auto environment = kernel_environment({"PATH=/bin", "NAME_2=n"},
                                              {{"PATH", "/opt:${PATH}"},
                                               {"A", "$NAME_2/x"},
                                               {"B", "$$PATH ${GONE} $GONE $ ${PATH $1"},
                                               {"C", "$"},
                                               {"D", "${}"}},
                                              "", false, 1);
  EXPECT_THAT(environment.variables,
              IsSupersetOf({"PATH=/opt:/bin", "A=n/x", "B=$PATH ${GONE} $GONE $ ${PATH $1", "C=$",
                            "D=${}"}));
  EXPECT_THAT(environment.variables, Not(Contains("PATH=/bin")));
}

}  // namespace
}  // namespace km::kernels
