#include "intake/make_excerpt.h"

#include "intake/blocks.h"
#include "intake/clean_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

namespace km::intake {
namespace {

using ::testing::HasSubstr;

Excerpt excerpt(const std::string& text, std::vector<std::string> patterns = {}) {
  return excerpt_of(std::make_unique<MemorySource>(text), LinePatterns(std::move(patterns)));
}

std::map<std::int64_t, std::string> by_number(const Excerpt& excerpt) {
  std::map<std::int64_t, std::string> lines;
  for (const ExcerptLine& line : excerpt.lines) lines.emplace(line.number, line.text);
  return lines;
}

// Lines "line 1", "line 2" and so on, of which some are replaced.
std::string log(std::int64_t lines, const std::map<std::int64_t, std::string>& special = {}) {
  std::string text;
  for (std::int64_t number = 1; number <= lines; ++number) {
    const auto found = special.find(number);
    text += found == special.end() ? "line " + std::to_string(number) : found->second;
    text += '\n';
  }
  return text;
}

TEST(IntakeExcerpt, KeepsSmallTextsWhole) {
  EXPECT_EQ(joined(excerpt("one\r\n\x1b[1mtwo\x1b[0m\n\nfour")), "one\ntwo\n\nfour\n");
  EXPECT_EQ(excerpt("one\ntwo\n").total_lines, 2);
  EXPECT_TRUE(excerpt("one\ntwo").whole);
  EXPECT_TRUE(excerpt("").lines.empty());
  EXPECT_EQ(joined(excerpt("old\rMac\rtext\r")), "old\nMac\ntext\n");
  EXPECT_EQ(joined(excerpt(" 1%\r 2%\r 3%\nnext\n")), " 3%\nnext\n");
  EXPECT_EQ(joined(excerpt("caf\xE9\n")), "caf\xC3\xA9\n");
  EXPECT_EQ(joined(excerpt(std::string("a\0b\n", 4))), "ab\n");
}

TEST(IntakeExcerpt, KeepsOfALargeTextItsEndsAndTheHits) {
  const std::int64_t total = 300'000;
  const Excerpt result =
      excerpt(log(total, {{150'000, "kernel died"}, {150'030, "  follows"}}), {"kernel died"});
  EXPECT_FALSE(result.whole);
  EXPECT_EQ(result.total_lines, total);
  const auto lines = by_number(result);
  EXPECT_EQ(lines.size(), result.lines.size());
  EXPECT_EQ(lines.at(1), "line 1");
  EXPECT_TRUE(lines.contains(kHeadLines));
  EXPECT_FALSE(lines.contains(kHeadLines + 1));
  EXPECT_FALSE(lines.contains(150'000 - kLinesBefore - 1));
  EXPECT_EQ(lines.at(150'000 - kLinesBefore), "line 149995");
  EXPECT_EQ(lines.at(150'000), "kernel died");
  EXPECT_EQ(lines.at(150'030), "  follows");
  EXPECT_TRUE(lines.contains(150'000 + kLinesAfter));
  EXPECT_FALSE(lines.contains(150'000 + kLinesAfter + 1));
  EXPECT_FALSE(lines.contains(total - kTailLines));
  EXPECT_TRUE(lines.contains(total - kTailLines + 1));
  EXPECT_EQ(lines.at(total), "line 300000");
  for (const auto& [number, text] : lines) {
    if (text.starts_with("line ")) {
      EXPECT_EQ(text, "line " + std::to_string(number));
    }
  }
}

TEST(IntakeExcerpt, CountsTheLastLineWithoutANewline) {
  std::string text = log(300'000);
  text.pop_back();
  EXPECT_EQ(excerpt(text).total_lines, 300'000);
  EXPECT_EQ(excerpt(text + "\n\n").total_lines, 300'001);
}

TEST(IntakeExcerpt, FindsHitsWhereverTheyLie) {
  // Around the ends of the pieces in which the text is read, and at its own.
  std::map<std::int64_t, std::string> special;
  for (std::int64_t number = 1; number <= 200'000; number += 7919)
    special[number] = "segfault at " + std::to_string(number) + " ip";
  for (const auto& [number, text] : special) {
    const Excerpt result = excerpt(log(200'000, {{number, text}}), {"segfault at [0-9]+ ip"});
    EXPECT_EQ(by_number(result).at(number), text);
  }
}

TEST(IntakeExcerpt, StaysSmallWhereHitsAreMany) {
  std::map<std::int64_t, std::string> special;
  for (std::int64_t number = 100; number <= 400'000; number += 100) special[number] = "segfault";
  const Excerpt result = excerpt(log(400'000, special), {"segfault", "never seen"});
  const auto lines = by_number(result);
  EXPECT_LT(lines.size(), 3500U);
  EXPECT_TRUE(lines.contains(100));
  EXPECT_TRUE(lines.contains(500));
  EXPECT_FALSE(lines.contains(200'000));
  // The last hits before the last lines are there too, all is in order.
  EXPECT_TRUE(std::is_sorted(
      result.lines.begin(), result.lines.end(),
      [](const ExcerptLine& a, const ExcerptLine& b) { return a.number < b.number; }));
}

TEST(IntakeExcerpt, KeepsARareHitAmongFrequentOnes) {
  std::map<std::int64_t, std::string> special;
  for (std::int64_t number = 1; number <= 400'000; number += 3) special[number] = "segfault";
  special[200'000] = "double free or corruption";
  const auto lines =
      by_number(excerpt(log(400'000, special), {"segfault", "double free or corruption"}));
  EXPECT_EQ(lines.at(200'000), "double free or corruption");
  EXPECT_LT(lines.size(), 4000U);
}

TEST(IntakeExcerpt, SeesWhatColoursHide) {
  const auto lines = by_number(
      excerpt(log(300'000, {{150'000, "Trace\x1b[0;36mback (most\x1b[0m recent call last)"}}),
              {"Traceback \\(most recent"}));
  EXPECT_EQ(lines.at(150'000), "Traceback (most recent call last)");
}

TEST(IntakeExcerpt, ReadsALongLineInParts) {
  std::string text = "first\n" + std::string(3'000'000, 'x');
  text.replace(2'000'000, 9, "Killed: 9");
  text += "\nlast\n";
  const Excerpt result = excerpt(text, {"Killed: 9"});
  EXPECT_EQ(result.total_lines, 3);
  EXPECT_THAT(joined(result), HasSubstr("xKilled: 9x"));
  EXPECT_EQ(result.lines.front().text, "first");
  EXPECT_EQ(result.lines.back().text, "last");
  for (const ExcerptLine& line : result.lines) EXPECT_LE(line.text.size(), kLineBytes + 6);
  // In a small file too.
  const std::string small = std::string(100'000, 'y') + "Killed: 9" + std::string(100'000, 'y');
  EXPECT_THAT(joined(excerpt(small, {"Killed: 9"})), HasSubstr("yKilled: 9y"));
}

// So many bytes without a newline, which nobody holds in memory.
class EndlessLine : public ByteSource {
 public:
  explicit EndlessLine(std::size_t size) : left_(size) {}
  std::size_t read(char* into, std::size_t size) override {
    size = std::min(size, left_);
    std::fill_n(into, size, 'x');
    left_ -= size;
    return size;
  }

 private:
  std::size_t left_;
};

TEST(IntakeExcerpt, ReadsALineOfAHundredMegabytes) {
  const Excerpt result =
      excerpt_of(std::make_unique<EndlessLine>(100'000'000), LinePatterns({"Killed: 9"}));
  EXPECT_EQ(result.total_lines, 1);
  EXPECT_LE(joined(result).size(), 4 * kLineBytes);
}

TEST(IntakeExcerpt, CopesWithZerosInFrontOfALog) {
  const Excerpt result = excerpt(std::string(3'000'000, '\0') + "Killed: 9\n", {"Killed: 9"});
  EXPECT_EQ(result.total_lines, 1);
  EXPECT_THAT(joined(result), HasSubstr("Killed: 9"));
}

TEST(IntakeExcerpt, IsBoundedWhereEverythingMatches) {
  const std::string line = "segfault " + std::string(3000, 'z') + '\n';
  std::string text;
  while (text.size() < (std::size_t{64} << 20U)) text += line;
  std::vector<std::string> patterns;
  patterns.reserve(200);
  for (int i = 0; i < 200; ++i) patterns.push_back("segfault z{" + std::to_string(i) + "}");
  const Excerpt result = excerpt(text, patterns);
  std::size_t bytes = 0;
  for (const ExcerptLine& kept : result.lines) bytes += kept.text.size();
  EXPECT_LT(bytes, std::size_t{16} << 20U);
}

}  // namespace
}  // namespace km::intake
