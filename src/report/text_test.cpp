#include "report/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace km::report {
namespace {

using testing::ElementsAre;

TEST(HumanBytes, TurnsToTheUnitThatFits) {
  const std::vector<std::pair<std::int64_t, std::string>> cases{
      {0, "0 B"},
      {1023, "1023 B"},
      {1024, "1.0 KiB"},
      {1048575, "1.0 MiB"},  // not "1024.0 KiB"
      {std::int64_t{2} << 30, "2.0 GiB"},
      {std::int64_t{512} << 20, "512 MiB"},
      {-(std::int64_t{2} << 30), "-2.0 GiB"},
      {std::numeric_limits<std::int64_t>::max(), "8192 PiB"},
      {std::numeric_limits<std::int64_t>::min(), "-8192 PiB"},
  };
  for (const auto& [bytes, text] : cases) EXPECT_EQ(human_bytes(bytes), text);
}

TEST(HumanCount, SeparatesThousandsThinly) {
  EXPECT_EQ(human_count(4096), "4096");
  EXPECT_EQ(human_count(12345), "12\u202f345");
  EXPECT_EQ(human_count(-1234567), "-1\u202f234\u202f567");
}

TEST(HumanSeconds, SpeaksAsPeopleDo) {
  const std::vector<std::pair<double, std::string>> cases{
      {0, "0.0 s"},
      {0.0004, "1 ms"},
      {0.05, "50 ms"},
      {0.4, "0.4 s"},
      {9.96, "10 s"},
      {59.9, "1 min"},
      {125, "2 min 5 s"},
      {4320, "1 h 12 min"},
      {90000, "1 d 1 h"},
      {-3, "-3.0 s"},
      {std::numeric_limits<double>::infinity(), "unlimited"}};
  for (const auto& [seconds, text] : cases) EXPECT_EQ(human_seconds(seconds), text) << seconds;
}

TEST(HumanTime, LeavesWhatIsNoTime) {
  EXPECT_EQ(human_time("2026-11-24T16:17:01.250Z"), "2026-11-24 16:17:01 UTC");
  EXPECT_EQ(human_time("yesterday"), "yesterday");
  EXPECT_EQ(human_time(""), "");
}

TEST(HumanValue, TakesTheUnitFromTheName) {
  using casefile::Value;
  EXPECT_EQ(human_value("a.peak_bytes", Value(std::int64_t{1} << 30), 6), "1.0 GiB");
  EXPECT_EQ(human_value("a.growth_bytes_per_second", Value(2048.0), 6), "2.0 KiB/s");
  EXPECT_EQ(human_value("a.uptime_seconds", Value(14.25), 6), "14 s");
  EXPECT_EQ(human_value("a.pressure_percent", Value(12.345), 6), "12.3 %");
  EXPECT_EQ(human_value("a.peak_bytes", Value(1e300), 6), human_bytes(9'000'000'000'000'000'000));
  EXPECT_EQ(human_value("a.list", Value(std::vector<std::string>{"a", "b", "c"}), 2),
            "a, b and 1 more");
  EXPECT_EQ(human_value("kernel.argv", Value(std::vector<std::string>{"python", "-m", "x"}), 6),
            "python -m x");
  EXPECT_EQ(human_value("a.list", Value(std::vector<std::string>{}), 2), "none");
}

TEST(Clean, TakesOutWhatForgesReports) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"plain ü 中 🩺", "plain ü 中 🩺"},
      {"\x1b[31mred\x1b[0m", "red"},
      {"\x1b]0;title\aafter", "after"},
      {"\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"},
      {"\x1b]never ends\nnext line", "never ends\nnext line"},
      {"\x1b", ""},
      {"\x1b[", ""},
      {"\x1b[12", ""},
      {"a\rb\bc\x7f", "abc"},
      {"a\tb", "a    b"},
      {"\xff\xc3", "\ufffd\ufffd"},
      {"\xed\xa0\x80", "\ufffd\ufffd\ufffd"},  // a surrogate
      {"\xc0\xaf", "\ufffd\ufffd"},            // an overlong slash
      {"\xf4\x90\x80\x80", "\ufffd\ufffd\ufffd\ufffd"},
      {"a\u202e"
       "b\u2066"
       "c\u200b"
       "d\ufeff",
       "abcd"},
      {"\u009b31mred", "31mred"},  // CSI as one character
      {std::string("a\0b", 3), "ab"},
  };
  for (const auto& [foreign, text] : cases)
    EXPECT_EQ(clean(foreign), text) << testing::PrintToString(foreign);
  EXPECT_EQ(clean_line("  two\n\n lines\t"), "two lines");
}

TEST(TailOf, KeepsTheEnd) {
  EXPECT_THAT(tail_of("a\nb\nc\n", 2, 100).lines, ElementsAre("b", "c"));
  EXPECT_TRUE(tail_of("a\nb\nc\n", 2, 100).cut);
  EXPECT_THAT(tail_of("a\n\nb", 9, 100).lines, ElementsAre("a", "", "b"));
  EXPECT_FALSE(tail_of("a\n\nb", 9, 100).cut);
  EXPECT_THAT(tail_of("first line\nlast", 9, 8).lines, ElementsAre("last"));
  EXPECT_THAT(tail_of("one endless line", 9, 4).lines, ElementsAre("line"));
  EXPECT_TRUE(tail_of("\n\n", 9, 9).lines.empty());
}

TEST(Wrapped, BreaksAtSpacesAndNeverInsideWords) {
  EXPECT_THAT(wrapped("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(wrapped("a /very/long/path b", 6), ElementsAre("a", "/very/long/path", "b"));
  EXPECT_THAT(wrapped("中文 中文", 5), ElementsAre("中文", "中文"));
  EXPECT_THAT(wrapped("", 5), ElementsAre(""));
  EXPECT_THAT(wrapped("a b", 0), ElementsAre("a", "b"));
}

TEST(CodeSpans, FindsCommands) {
  const auto spans = code_spans("run `a b` or `c`.");
  ASSERT_EQ(spans.size(), 5U);
  EXPECT_EQ(spans[1].text, "a b");
  EXPECT_TRUE(spans[1].code);
  EXPECT_FALSE(spans[2].code);
  EXPECT_EQ(code_spans("a lone ` stays").front().text, "a lone ` stays");
  EXPECT_TRUE(code_spans("``").empty());
}

}  // namespace
}  // namespace km::report
