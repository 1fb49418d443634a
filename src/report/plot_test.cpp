#include "report/plot.h"

#include "report/kept_output.h"
#include "report/report.h"
#include "report/sample_diagnoses.h"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>
#include <string>

namespace km::report {
namespace {

using samples::kGiB;
using samples::kMiB;
using testing::HasSubstr;
using testing::Not;

TEST(MemoryPlot, IsKept) {
  expect_kept("memory.svg", memory_plot_svg(samples::out_of_memory().casefile.death->memory));
}

TEST(MemoryPlot, NeedsTwoPoints) {
  casefile::Memory memory;
  EXPECT_EQ(memory_plot_svg(memory), "");
  memory.series = {{1, 2}};
  EXPECT_EQ(memory_plot_svg(memory), "");
  EXPECT_EQ(memory_sparkline(memory, 10), "");
}

TEST(MemoryPlot, DrawsALimitOnlyWhereItIsInSight) {
  casefile::Memory memory{
      .limit_bytes = kGiB, .peak_bytes = kGiB, .series = {{0, kMiB}, {1, kGiB}}, .cells = {}};
  EXPECT_THAT(memory_plot_svg(memory), HasSubstr("stroke-dasharray"));
  memory.limit_bytes = 100 * kGiB;
  EXPECT_THAT(memory_plot_svg(memory), Not(HasSubstr("stroke-dasharray")));
  EXPECT_THAT(memory_plot_svg(memory), HasSubstr("limit 100 GiB, far above"));
  memory.limit_bytes = 0;
  EXPECT_THAT(memory_plot_svg(memory), Not(HasSubstr("limit")));
}

TEST(MemoryPlot, LabelsTheCellThatRanBeforeTheWindowAndEscapesLabels) {
  casefile::Memory memory{.series = {{100, kMiB}, {110, kMiB}},
                          .cells = {{1, "cell 1"}, {2, "cell <2>"}, {108, "cell 3"}}};
  const std::string svg = memory_plot_svg(memory);
  EXPECT_THAT(svg, Not(HasSubstr("cell 1<")));
  EXPECT_THAT(svg, HasSubstr("cell &lt;2&gt;"));
  EXPECT_THAT(svg, HasSubstr("cell 3"));
}

TEST(MemoryPlot, StandsStrangeNumbers) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  casefile::Memory memory{.limit_bytes = kMost,
                          .peak_bytes = -1,
                          .series = {{kNone, -5}, {0, 0}, {-1e300, kMost}, {1e300, 7}},
                          .cells = {{kNone, "a"}, {1e300, "b"}}};
  for (const std::string& svg : {memory_plot_svg(memory, -1, 1'000'000), memory_plot_svg(memory)}) {
    EXPECT_THAT(svg, Not(HasSubstr("nan")));
    EXPECT_THAT(svg, Not(HasSubstr("inf")));
    EXPECT_LT(svg.size(), 100'000U);
  }
  EXPECT_EQ(memory_sparkline(memory, 5).size(), 15U);  // three bytes a bar
}

TEST(MemoryPlot, StaysSmallWithManyCells) {
  casefile::Memory memory;
  for (int i = 0; i < 16'000; ++i) memory.series.push_back({i * 0.05, (i % 7) * kMiB});
  for (int i = 0; i < 5'000; ++i) memory.cells.push_back({i * 0.16, "cell " + std::to_string(i)});
  EXPECT_LT(memory_plot_svg(memory).size(), 64U * 1024);
}

TEST(MemorySentence, SaysWhatThePlotShows) {
  casefile::Memory memory{.limit_bytes = 2 * kGiB,
                          .peak_bytes = kGiB,
                          .series = {{0, kMiB}, {90, 512 * kMiB}},
                          .cells = {}};
  EXPECT_EQ(memory_sentence(memory),
            "From 1.0 MiB to 512 MiB in 1 min 30 s, peak 1.0 GiB; the limit is 2.0 GiB");
  memory.series.clear();
  EXPECT_EQ(memory_sentence(memory), "Peak 1.0 GiB; the limit is 2.0 GiB");
  EXPECT_EQ(memory_sentence({}), "");
}

TEST(Ticks, AreRoundAndFew) {
  EXPECT_THAT(byte_ticks(2.16 * kGiB, 4),
              testing::ElementsAre(0, 0.5 * kGiB, 1.0 * kGiB, 1.5 * kGiB, 2.0 * kGiB));
  EXPECT_THAT(second_ticks(0, 14.2, 6), testing::ElementsAre(0, 5, 10));
  for (double top = 1; top < 1e19; top *= 1.7) {
    EXPECT_GE(byte_ticks(top, 4).size(), 2U) << top;
    EXPECT_LE(byte_ticks(top, 4).size(), 10U) << top;
  }
  for (double span = 1e-3; span < 1e9; span *= 1.7) {
    EXPECT_LE(second_ticks(0, span, 6).size(), 14U) << span;
  }
  EXPECT_EQ(byte_ticks(std::nan(""), 4).size(), 1U);
  EXPECT_TRUE(second_ticks(5, 5, 6).empty());
  EXPECT_LE(second_ticks(1e17, 1e17 + 16, 6).size(), 32U);  // a step below the precision there
}

}  // namespace
}  // namespace km::report
