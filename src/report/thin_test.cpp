#include "report/report.h"

#include <algorithm>
#include <cstddef>
#include <gtest/gtest.h>
#include <vector>

namespace km::report {
namespace {

std::vector<casefile::MemoryPoint> flat(std::size_t count) {
  std::vector<casefile::MemoryPoint> series;
  for (std::size_t i = 0; i < count; ++i) series.push_back({static_cast<double>(i), 1000});
  return series;
}

TEST(Thinned, KeepsFirstLastAndASinglePeakAndTrough) {
  auto series = flat(100'000);
  series[54'321].used_bytes = 9'999;
  series[54'999].used_bytes = 1;
  for (const std::size_t points : {4U, 5U, 200U, 201U, 4096U}) {
    const auto thin = thinned(series, points);
    EXPECT_LE(thin.size(), points);
    EXPECT_EQ(thin.front().seconds, 0);
    EXPECT_EQ(thin.back().seconds, 99'999);
    const auto has = [&](std::int64_t used) {
      return std::any_of(thin.begin(), thin.end(),
                         [&](const auto& point) { return point.used_bytes == used; });
    };
    EXPECT_TRUE(has(9'999)) << points;
    EXPECT_TRUE(has(1)) << points;
    EXPECT_TRUE(std::is_sorted(thin.begin(), thin.end(),
                               [](const auto& a, const auto& b) { return a.seconds < b.seconds; }));
  }
}

TEST(Thinned, LeavesShortSeriesAlone) {
  EXPECT_EQ(thinned(flat(200), 200).size(), 200U);
  EXPECT_TRUE(thinned({}, 200).empty());
}

TEST(Thinned, HoldsItsBoundForEverySize) {
  for (std::size_t count = 0; count < 40; ++count) {
    for (std::size_t points = 0; points < 20; ++points) {
      const auto thin = thinned(flat(count), points);
      EXPECT_LE(thin.size(), std::max(points, std::min(count, points)));
      if (count > 0 && points > 0) {
        EXPECT_EQ(thin.back().seconds, static_cast<double>(count - 1));
      }
    }
  }
}

}  // namespace
}  // namespace km::report
