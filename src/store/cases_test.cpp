#include "store/cases.h"

#include "store/entry.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <system_error>

#include <sys/stat.h>

namespace km::store {
namespace {

namespace fs = std::filesystem;

class CasesTest : public ::testing::Test {
 protected:
  CasesTest() {
    std::string name = (fs::temp_directory_path() / "km-cases-XXXXXX").string();
    home_ = ::mkdtemp(name.data());
  }
  ~CasesTest() override {
    std::error_code ignored;
    fs::remove_all(home_, ignored);
  }
  void write(const std::string& id, const std::string& report) const {
    fs::create_directories(home_ / "cases" / id);
    std::ofstream(home_ / "cases" / id / kReportFile) << report;
  }
  void open(const std::string& id) const { fs::create_directories(home_ / "cases" / id); }
  fs::path home_;
};

TEST_F(CasesTest, AFreshCaseIsPrivateAndUnique) {
  Cases cases(home_);
  const auto first = cases.create(4711);
  const auto second = cases.create(4711);
  ASSERT_TRUE(first && second);
  EXPECT_NE(*first, *second);
  EXPECT_TRUE(is_case_id(first->filename().string())) << *first;
  EXPECT_TRUE(is_case_id(second->filename().string())) << *second;
  struct stat info {};
  ASSERT_EQ(::stat(first->c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0700U);
}

TEST_F(CasesTest, AHomeThatIsAFileIsAnErrorThatNamesIt) {
  std::ofstream(home_ / "file") << "no folder";
  const auto made = Cases(home_ / "file").create(1);
  ASSERT_FALSE(made);
  EXPECT_NE(made.error().what.find("file"), std::string::npos);
}

TEST_F(CasesTest, ListsNewestFirstAndEveryTornFolder) {
  write("20260101-000000-1",
        R"({"verdict": {"cause": "disk_full", "title": "Full"}, "death": {"time": "T"}})");
  write("20260102-000000-1", "{torn");
  write("20260103-000000-1", R"({"verdict": null, "death": 7})");
  open("20260104-101112-1");
  open("notes");  // a person's own folder
  ASSERT_TRUE(Cases(home_).note_subject("20260104-101112-1", "a.ipynb\nsecond line"));
  const auto entries = Cases(home_).list();
  ASSERT_EQ(entries.size(), 4U);
  EXPECT_EQ(entries[0].id, "20260104-101112-1");
  EXPECT_FALSE(entries[0].closed);
  EXPECT_EQ(entries[0].time, "2026-01-04T10:11:12Z");
  EXPECT_EQ(entries[0].subject, "a.ipynb second line");
  EXPECT_TRUE(entries[2].closed);
  EXPECT_EQ(entries[2].cause, "");
  EXPECT_EQ(entries[3].cause, "disk_full");
  EXPECT_EQ(entries[3].title, "Full");
  EXPECT_EQ(entries[3].time, "T");
}

TEST_F(CasesTest, FindsByBeginningAndSaysWhatToTypeNext) {
  const Cases cases(home_);
  EXPECT_NE(cases.find("").error().what.find("kernelmedic run"), std::string::npos);
  write("20260101-000000-1", "{}");
  write("20260101-000000-2", "{}");
  open("20260109-000000-1");  // not closed: not the newest death
  EXPECT_EQ(cases.find("").value().id, "20260101-000000-2");
  EXPECT_EQ(cases.find("20260101-000000-1").value().id, "20260101-000000-1");
  EXPECT_EQ(cases.find("20260109").value().id, "20260109-000000-1");
  EXPECT_NE(cases.find("20260101").error().what.find("give more"), std::string::npos);
  EXPECT_NE(cases.find("x").error().what.find("kernelmedic cases"), std::string::npos);
}

TEST_F(CasesTest, PrunesTheOldestClosedOnes) {
  for (int day = 1; day <= 5; ++day) write("2026010" + std::to_string(day) + "-000000-1", "{}");
  open("20250101-000000-1");  // oldest of all, but not closed
  Cases cases(home_);
  const auto removed = cases.prune(3);
  ASSERT_TRUE(removed);
  EXPECT_EQ(*removed, (std::vector<std::string>{"20260102-000000-1", "20260101-000000-1"}));
  EXPECT_EQ(cases.list().size(), 4U);
  EXPECT_EQ(cases.prune(200, 0).value().size(), 3U);  // no byte may stay
  EXPECT_EQ(cases.list().size(), 1U);
}

TEST(CaseId, IsToldFromOtherNames) {
  for (const char* good : {"20261124-161701-4711", "20261124-161701-4711-2"}) {
    EXPECT_TRUE(is_case_id(good)) << good;
  }
  for (const char* bad : {"", "notes", "20261124-161701-", "20261124_161701-1", "../20261124-1"}) {
    EXPECT_FALSE(is_case_id(bad)) << bad;
  }
}

}  // namespace
}  // namespace km::store
