#include "intake/line_scan.h"

#include "intake/clean_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>
#include <re2/re2.h>

namespace km::intake {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Line {
  std::string text;
  std::vector<int> patterns;
  bool operator==(const Line&) const = default;
};

std::vector<Line> hits(const std::vector<std::string>& patterns, const std::string& text) {
  const LinePatterns compiled(patterns);
  LineScan scan(compiled, text);
  std::vector<Line> lines;
  LineScan::Hit hit;
  for (std::size_t at = 0; scan.next(text, at, hit); at = std::min(hit.end + 1, text.size()))
    lines.push_back({text.substr(hit.begin, hit.end - hit.begin), hit.patterns});
  return lines;
}

TEST(LineScan, FindsLinesThatMatch) {
  const std::string text = "one\nkernel died of it\nKERNEL DIED\nOut of memory: Killed process 1\n";
  EXPECT_THAT(hits({"(?i)kernel died", "Killed process [0-9]+", "Killed process [a-z]+"}, text),
              ElementsAre(Line{"kernel died of it", {0}}, Line{"KERNEL DIED", {0}},
                          Line{"Out of memory: Killed process 1", {1}}));
  EXPECT_THAT(hits({"^kernel died$"}, text), IsEmpty());
  EXPECT_THAT(hits({}, text), IsEmpty());
  EXPECT_THAT(hits({"kernel died"}, ""), IsEmpty());
}

TEST(LineScan, FindsALineThatBeginsOrEndsTheText) {
  EXPECT_THAT(hits({"segfault"}, "segfault"), ElementsAre(Line{"segfault", {0}}));
  EXPECT_THAT(hits({"segfault"}, "\nsegfault"), ElementsAre(Line{"segfault", {0}}));
  EXPECT_THAT(hits({"segfault"}, "segfaul"), IsEmpty());
  EXPECT_THAT(hits({"segfault"}, "segf\nault\n"), IsEmpty());
}

TEST(LineScan, TellsAllPatternsOfALine) {
  EXPECT_THAT(hits({"Traceback", "MemoryError", "Traceback.*MemoryError"},
                   "x Traceback (most) MemoryError y\n"),
              ElementsAre(Line{"x Traceback (most) MemoryError y", {0, 1, 2}}));
}

TEST(LineScan, SeesThroughWhatIsNoUtf8) {
  EXPECT_THAT(hits({"OMP: Error .* libiomp5"}, "OMP: Error \xE9t\xE9 libiomp5\n").size(), 1);
}

TEST(LineScan, FindsWhatStandsFarBackInALongLine) {
  std::string text(50'000, 'x');
  text.replace(40'000, 12, "Killed: 9 yz");
  text.replace(10'000, 12, "Killed: a yz");
  const LinePatterns patterns({"Killed: [0-9]"});
  LineScan scan(patterns, text);
  LineScan::Hit hit;
  ASSERT_TRUE(scan.next(text, 0, hit));
  EXPECT_NEAR(static_cast<double>(hit.at), 40'000, 10);
  EXPECT_EQ(hit.end, text.size());
}

// Whatever the place of a literal in the text and the length of its fellows, it is found.
TEST(LineScan, AgreesWithRe2LineByLine) {
  const std::vector<std::string> patterns{"(?i)abcabc",      "bcabca.*ccccc", "aaaaaaaaa",
                                          "abcabc|cbacba",   "[ab]+ccabac",   "^bbbbbb",
                                          "acbacbacbacb.*$", "c(aabb|bbaa)cc"};
  for (unsigned seed = 1; seed <= 30; ++seed) {
    std::mt19937 random(seed);
    // With fewer patterns the steps get longer.
    const std::vector<std::string> some(patterns.begin() + seed % 6, patterns.end());
    std::vector<std::unique_ptr<RE2>> compiled;
    compiled.reserve(some.size());
    for (const std::string& pattern : some) compiled.push_back(std::make_unique<RE2>(pattern));
    std::string text;
    for (int i = 0; i < 20'000; ++i) text += "aabbccABC\n"[random() % 10];
    std::vector<Line> expected;
    each_line(text, [&](std::string_view line) {
      Line found{std::string(line), {}};
      for (std::size_t i = 0; i < compiled.size(); ++i) {
        if (RE2::PartialMatch(found.text, *compiled[i]))
          found.patterns.push_back(static_cast<int>(i));
      }
      if (!found.patterns.empty()) expected.push_back(found);
    });
    EXPECT_EQ(hits(some, text), expected) << "seed " << seed;
  }
}

TEST(LineScan, TellsPatternsThatItCannotLookFor) {
  EXPECT_TRUE(usable("Killed process [0-9]+"));
  EXPECT_TRUE(usable("(?i)kernel died|segfault"));
  EXPECT_THAT(usable("[0-9]+").error().what, HasSubstr("holds no fixed text"));
  EXPECT_THAT(usable("segfault|OOM").error().what, HasSubstr("holds no fixed text"));
  EXPECT_FALSE(usable(".*"));
  EXPECT_FALSE(usable(""));
  EXPECT_FALSE(usable("\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9"));
  EXPECT_THAT(usable("(segfault").error().what, HasSubstr("is wrong"));
  // Such a pattern finds nothing, and harms no other.
  EXPECT_THAT(hits({"(segfault", "[0-9]+", "segfault"}, "12\nsegfault\n"),
              ElementsAre(Line{"segfault", {2}}));
}

}  // namespace
}  // namespace km::intake
