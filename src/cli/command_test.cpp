#include "cli/command.h"

#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

namespace km::cli {
namespace {

TEST(ParseSize, TakesNumbersWithUnits) {
  const std::vector<std::pair<std::string, std::int64_t>> cases{
      {"0", 0},           {"100000", 100000}, {"1K", 1024},        {"512M", 512LL << 20},
      {"2G", 2LL << 30},  {"2g", 2LL << 30},  {"1.5G", 3LL << 29}, {"2GiB", 2LL << 30},
      {"2GB", 2LL << 30}, {"1T", 1LL << 40}};
  for (const auto& [text, bytes] : cases) {
    const auto size = parse_size(text);
    ASSERT_TRUE(size) << text << ": " << size.error().what;
    EXPECT_EQ(*size, bytes) << text;
  }
}

TEST(ParseSize, RefusesWhatIsNoSize) {
  for (const std::string text :
       {"", "G", "-1", "2X", "2GGG", "nan", "inf", "1e300", "2 G", "0x10"}) {
    EXPECT_FALSE(parse_size(text)) << text;
  }
}

TEST(ParseMemoryLimit, TellsAbsentFromZero) {
  EXPECT_EQ(parse_memory_limit("").value(), std::nullopt);
  EXPECT_EQ(parse_memory_limit("2G").value(), 2LL << 30);
  EXPECT_FALSE(parse_memory_limit("0"));
  EXPECT_NE(parse_memory_limit("2X").error().what.find("--memory-limit"), std::string::npos);
}

}  // namespace
}  // namespace km::cli
