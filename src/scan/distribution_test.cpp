#include "scan/distribution.h"

#include "os/tree_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace km::scan {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Metadata, IsReadUpToItsDescription) {
  Distribution one;
  read_metadata(
      "Metadata-Version: 2.1\r\nName: Scikit_Learn\r\nVersion: 1.7.2\r\n"
      "Requires-Dist: numpy>=1.22\r\n\r\nName: not this one\r\n",
      one);
  EXPECT_EQ(one.name, "scikit-learn");
  EXPECT_EQ(one.version, "1.7.2");
  EXPECT_THAT(one.requires_, ElementsAre("numpy>=1.22"));
}

TEST(Record, KnowsQuotedNamesAndMissingSizes) {
  const auto lines = parse_record(
      "a/b.py,sha256=x,12\r\n\"a/with, comma \"\"q\"\".py\",sha256=x,3\n../../bin/x,,\na.so,,-5\n"
      "b.so,,99999999999999999999\n,,\n");
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_EQ(lines[0].path, "a/b.py");
  EXPECT_EQ(lines[0].size, 12);
  EXPECT_EQ(lines[1].path, "a/with, comma \"q\".py");
  EXPECT_EQ(lines[1].size, 3);
  EXPECT_EQ(lines[2].size, -1);
  EXPECT_EQ(lines[3].size, -1);
  EXPECT_EQ(lines[4].size, -1);
}

TEST(Record, ToleratesAnOpenQuote) {
  EXPECT_EQ(parse_record("\"" + std::string(100'000, 'a')).size(), 1U);
  EXPECT_THAT(parse_record(""), IsEmpty());
}

TEST(Requirement, IsTakenApart) {
  const auto plain = parse_requirement("numpy<2.0,>=1.23; python_version < \"3.12\"");
  EXPECT_EQ(plain.name, "numpy");
  EXPECT_EQ(plain.versions, "<2.0,>=1.23");
  EXPECT_EQ(plain.marker, "python_version < \"3.12\"");
  const auto old = parse_requirement("Protobuf (>=3.9.2) ; extra == 'x'");
  EXPECT_EQ(old.name, "protobuf");
  EXPECT_EQ(old.versions, ">=3.9.2");
  EXPECT_EQ(parse_requirement("tensorflow[and-cuda]~=2.16").versions, "~=2.16");
  EXPECT_EQ(parse_requirement("x @ https://host/x.whl").versions, "");
  for (const char* wild : {"", "[", "x[", ";", "(", "=="}) (void)parse_requirement(wild);
}

TEST(Distributions, AreReadFromFolders) {
  const os::TreeFixture tree(
      {{"/s/numpy-2.1.0.dist-info/METADATA", "Name: numpy\nVersion: 2.1.0\n"},
       {"/s/numpy-2.1.0.dist-info/RECORD", "numpy/__init__.py,,1\n"},
       {"/s/numpy-2.1.0.dist-info/INSTALLER", "pip\n"},
       {"/s/old-1.0.egg-info/PKG-INFO", "Name: old\nVersion: 1.0\n"},
       {"/s/older-0.5.egg-info", "Name: older\nVersion: 0.5\n"},
       {"/s/torn-3.0.dist-info/", ""},
       {"/s/other/", ""}});
  std::vector<std::string> notes;
  const auto found = distributions_in(tree.path("/s"), notes);
  ASSERT_EQ(found.size(), 4U);
  EXPECT_EQ(found[0].name, "numpy");
  EXPECT_EQ(found[0].installer, "pip");
  EXPECT_TRUE(found[0].has_record);
  EXPECT_EQ(found[1].name, "old");
  EXPECT_EQ(found[2].version, "0.5");
  EXPECT_EQ(found[3].name, "torn");  // by its folder alone
  EXPECT_EQ(found[3].version, "3.0");
  EXPECT_EQ(notes.size(), 1U);
}

}  // namespace
}  // namespace km::scan
