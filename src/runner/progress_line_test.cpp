#include "runner/progress_line.h"

#include <gtest/gtest.h>

namespace km::runner {
namespace {

TEST(ProgressLine, HasNumberTimeAndMemory) {
  EXPECT_EQ(progress_line({3, "ok", 1.25, {}}, 12, 412LL << 20U),
            "cell  3/12  ok               1.2 s    412 MiB");
  EXPECT_EQ(progress_line({3, "ok", 1, {}}, 9, 20LL << 30U),
            "cell 3/9  ok               1.0 s   20.0 GiB");
  EXPECT_EQ(progress_line({3, "ok", 1, {}}, 9, 0), "cell 3/9  ok               1.0 s");
}

TEST(ProgressLine, EndsWithTheFirstLineOfAnError) {
  EXPECT_EQ(progress_line({1, "error", 0, "ValueError: a\nb"}, 1, 0),
            "cell 1/1  error            0.0 s             ValueError: a");
  std::string error = std::string(99, 'x') + "\xC3\xA4\xC3\xA4";
  EXPECT_TRUE(progress_line({1, "error", 0, error}, 1, 0).ends_with("x..."));
}

TEST(SummaryLine, CountsByStatus) {
  EXPECT_EQ(summary_line({}), "0 cells");
  EXPECT_EQ(summary_line({{1, "ok", 0, {}}}), "1 cell: 1 ok");
  EXPECT_EQ(summary_line(
                {{1, "ok", 0, {}}, {2, "error", 0, {}}, {3, "ok", 0, {}}, {4, "not run", 0, {}}}),
            "4 cells: 2 ok, 1 error, 1 not run");
}

}  // namespace
}  // namespace km::runner
