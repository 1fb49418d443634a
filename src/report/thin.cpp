// Fewer points, same picture: what a plot of a given width, or a reader of the JSON, needs of a
// long series.
#include "report/report.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace km::report {

// The inner points are cut into equal buckets of which the lowest and the highest are kept, in
// their order: a peak of one sample, which is what kills, survives any thinning.
std::vector<casefile::MemoryPoint> thinned(const std::vector<casefile::MemoryPoint>& series,
                                           std::size_t points) {
  if (series.size() <= points) return series;
  if (points == 0) return {};
  if (points == 1) return {series.back()};
  std::vector<casefile::MemoryPoint> kept{series.front()};
  kept.reserve(points);
  const auto less = [](const casefile::MemoryPoint& a, const casefile::MemoryPoint& b) {
    return a.used_bytes < b.used_bytes;
  };
  if (points == 3) {
    kept.push_back(*std::max_element(series.begin() + 1, series.end() - 1, less));
  }
  const std::size_t inner = series.size() - 2;
  const std::size_t buckets = (points - 2) / 2;
  for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
    const auto begin = series.begin() + 1 + static_cast<std::ptrdiff_t>(inner * bucket / buckets);
    const auto end =
        series.begin() + 1 + static_cast<std::ptrdiff_t>(inner * (bucket + 1) / buckets);
    const auto [lowest, highest] = std::minmax_element(begin, end, less);
    kept.push_back(*std::min(lowest, highest));
    if (lowest != highest) kept.push_back(*std::max(lowest, highest));
  }
  kept.push_back(series.back());
  return kept;
}

}  // namespace km::report
