#include "evidence/compat_data.h"

#include <chrono>
#include <gtest/gtest.h>

namespace km::evidence {
namespace {

TEST(CompatVersion, ReadsReleases) {
  EXPECT_EQ(parse_version("2.15.0.post1"), (Version{2, 15, 0}));
  EXPECT_EQ(parse_version("2.0.1+cu117"), (Version{2, 0, 1}));
  EXPECT_EQ(parse_version("3.14b1"), (Version{3, 14}));
  EXPECT_EQ(parse_version("2."), (Version{2}));
  EXPECT_EQ(parse_version("99999999999999999999.1"), (Version{100'000'000, 1}));
  EXPECT_TRUE(parse_version("").empty());
  EXPECT_TRUE(parse_version("v2").empty());
}

TEST(CompatVersion, Compares) {
  EXPECT_LT(compare({2, 9}, {2, 10}), 0);
  EXPECT_EQ(compare({2}, {2, 0, 0}), 0);
  EXPECT_GT(compare({2, 0, 1}, {2}), 0);
  EXPECT_TRUE(same_minor({2, 15, 1}, {2, 15}));
  EXPECT_FALSE(same_minor({2, 15}, {2, 16}));
}

TEST(CompatVersion, KnowsWhatFits) {
  struct Case {
    const char* version;
    const char* requirement;
    bool fits;
  };
  for (const Case& c :
       {Case{"1.26.4", "<2.0.0,>=1.23.5", true}, Case{"2.1", "<2.0.0,>=1.23.5", false},
        Case{"1.19.5", "~=1.19.2", true}, Case{"1.20", "~=1.19.2", false},
        Case{"2.7", "~=2.6", true}, Case{"3.0", "~=2.6", false}, Case{"0.5.1", "==0.5.*", true},
        Case{"0.6.0", "==0.5.*", false}, Case{"4.21.0", "!=4.21.0,<5.0.0dev", false},
        Case{"4.22", "!=4.21.0,<5.0.0dev", true}, Case{"7.0", "*", true}, Case{"7.0", "", true},
        Case{"2", ">= 2, < 3", true}, Case{"2", "==", true}, Case{"1.0", ">1.0", false},
        Case{"1.0", "<=1", true}}) {
    EXPECT_EQ(fits(parse_version(c.version), c.requirement), c.fits) << c.version << c.requirement;
  }
}

TEST(CompatData, IsThereAndQuicklyRead) {
  const auto begin = std::chrono::steady_clock::now();
  const CompatData& data = compat_data();
  const auto took = std::chrono::steady_clock::now() - begin;
  RecordProperty(
      "microseconds",
      static_cast<int>(std::chrono::duration_cast<std::chrono::microseconds>(took).count()));
  EXPECT_FALSE(data.date.empty());
  ASSERT_TRUE(data.packages.contains("tensorflow"));
  for (const auto& [name, releases] : data.packages) {
    ASSERT_FALSE(releases.empty()) << name;
    for (std::size_t i = 0; i < releases.size(); ++i) {
      EXPECT_FALSE(releases[i].builds.empty()) << name << releases[i].version;
      if (i > 0) {
        EXPECT_LE(compare(releases[i - 1].number, releases[i].number), 0)
            << name << releases[i].version;
      }
    }
  }
  EXPECT_FALSE(data.metal.empty());
  EXPECT_FALSE(data.cuda.empty());
  EXPECT_FALSE(data.needs_cpu.empty());
  EXPECT_FALSE(data.glibc_of.empty());
}

TEST(CompatData, FindsReleases) {
  const auto& releases = compat_data().packages.at("tensorflow");
  EXPECT_EQ(find_release(releases, "2.15.1")->version, "2.15.1");
  EXPECT_EQ(find_release(releases, "2.10.99")->version, "2.10.1");  // the last of its minor
  EXPECT_EQ(find_release(releases, "2.4")->version, "2.4.0");
  EXPECT_EQ(find_release(releases, "1.15"), nullptr);
  EXPECT_EQ(find_release(releases, ""), nullptr);
  EXPECT_EQ(find_release(compat_data().packages.at("jaxlib"), "0.4.1"), nullptr);
}

TEST(CompatData, KnowsWhichPythonABuildServes) {
  EXPECT_TRUE(serves_python("3.8-3.10,3.12", 9));
  EXPECT_FALSE(serves_python("3.8-3.10,3.12", 11));
  EXPECT_TRUE(serves_python("3.8-3.10,3.12", 12));
  EXPECT_TRUE(serves_python("3.8+", 14));
  EXPECT_FALSE(serves_python("3.8+", 7));
  EXPECT_FALSE(serves_python("", 7));
  EXPECT_EQ(newest_python("3.8-3.10,3.12"), 12);
}

TEST(CompatData, SurvivesAnyText) {
  for (const char* text :
       {"", "{", "[]", "3", "{\"packages\": 3}", "{\"packages\": {\"a\": 1}}",
        "{\"packages\": {\"a\": {\"releases\": [1, {\"builds\": {\"x\": 1, \"y\": []}}]}}}",
        "{\"needs_cpu\": [1, {}], \"metal\": [[]], \"cuda\": {\"a\": 1}}"}) {
    const CompatData data = parse_compat(text);
    EXPECT_TRUE(data.date.empty());
  }
}

}  // namespace
}  // namespace km::evidence
