// The file with the options of `kernel` for all users of an image.
#include "cli/kernel_defaults.h"

#include <gtest/gtest.h>

namespace km::cli {
namespace {

TEST(KernelDefaults, AreRead) {
  const auto defaults =
      parse_defaults("on_death = \"exit\"\nmax_deaths = 0\nmemory_limit = \"2G\"\n");
  ASSERT_TRUE(defaults) << defaults.error().what;
  EXPECT_EQ(defaults->on_death, "exit");
  EXPECT_EQ(defaults->max_deaths, 0);
  EXPECT_EQ(defaults->memory_limit, "2G");
  EXPECT_FALSE(defaults->guard);
}

TEST(KernelDefaults, RefuseWhatMeansNothing) {
  for (const char* text :
       {"on_death = \"maybe\"", "max_deaths = -1", "max_deaths = \"5\"", "memory_limit = \"much\"",
        "colour = \"red\"", "on_death =", "guard = 1"})
    EXPECT_FALSE(parse_defaults(text)) << text;
}

TEST(KernelDefaults, GiveWayToTheCommandLine) {
  KernelDefaults defaults;
  defaults.on_death = "exit";
  defaults.max_deaths = 3;
  KernelDefaults chosen;
  chosen.max_deaths = 7;
  defaults.take(chosen);
  EXPECT_EQ(defaults.on_death, "exit");
  EXPECT_EQ(defaults.max_deaths, 7);
}

}  // namespace
}  // namespace km::cli
