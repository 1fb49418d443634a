#include "runner/out_file.h"

#include "os/file.h"
#include "runner/temporary_folder.h"

#include <fstream>
#include <gtest/gtest.h>

namespace km::runner {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

jupyter::Notebook notebook() {
  auto parsed = jupyter::Notebook::parse(
      R"({"cells": [{"cell_type": "code", "id": "a", "metadata": {}, "source": "1", "outputs": [], "execution_count": null}],
          "metadata": {}, "nbformat": 4, "nbformat_minor": 5})");
  EXPECT_TRUE(parsed);
  return std::move(parsed).value();
}

TEST(RewriteRate, WaitsFiveSecondsOrTwentyTimesTheCost) {
  RewriteRate rate;
  const RewriteRate::Time now{std::chrono::hours(1)};
  EXPECT_TRUE(rate.due(now));
  rate.wrote(now, milliseconds(1));
  EXPECT_FALSE(rate.due(now + milliseconds(4999)));
  EXPECT_TRUE(rate.due(now + seconds(5)));
  rate.wrote(now, seconds(2));
  EXPECT_FALSE(rate.due(now + seconds(39)));
  EXPECT_TRUE(rate.due(now + seconds(40)));
}

TEST(OutFile, LeavesAFormerOutputAloneUntilTheKernelRuns) {
  const TemporaryFolder folder;
  const auto path = folder / "out.ipynb";
  std::ofstream(path) << "former";
  {
    const auto out = OutFile::open(path, notebook());
    ASSERT_TRUE(out) << out.error().what;
    EXPECT_EQ(std::filesystem::file_size(path), 6U);
  }
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(OutFile, HasTheNotebookFromTheStartAndNoJournalAtTheEnd) {
  const TemporaryFolder folder;
  const auto path = folder / "out.ipynb";
  auto out = OutFile::open(path, notebook());
  ASSERT_TRUE(out);
  ASSERT_TRUE(out->start(1000));
  EXPECT_TRUE(std::filesystem::exists(path));
  EXPECT_TRUE(std::filesystem::exists(journal_of(path)));
  out->notebook().cell(0)["execution_count"] = 5;
  ASSERT_TRUE(out->close(folder / "rescue"));
  EXPECT_FALSE(std::filesystem::exists(journal_of(path)));
  const auto text = os::read_file(path, 10'000);
  ASSERT_TRUE(text);
  EXPECT_NE(text->find("\"execution_count\": 5"), std::string::npos);
}

TEST(OutFile, TellsWhereItCannotBeWritten) {
  const TemporaryFolder folder;
  EXPECT_FALSE(OutFile::open(folder.path(), notebook()));
  EXPECT_FALSE(OutFile::open(folder / "no/such/folder/out.ipynb", notebook()));
}

TEST(OutFile, KeepsTheNotebookElsewhereWhereOutHasGone) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "sub");
  auto out = OutFile::open(folder / "sub/out.ipynb", notebook());
  ASSERT_TRUE(out);
  ASSERT_TRUE(out->start(1000));
  std::filesystem::remove_all(folder / "sub");
  const auto closed = out->close(folder / "rescue");
  ASSERT_FALSE(closed);
  EXPECT_NE(closed.error().what.find((folder / "rescue").string()), std::string::npos)
      << closed.error().what;
  EXPECT_FALSE(std::filesystem::is_empty(folder / "rescue"));
}

TEST(KeepTiming, LeavesTheRestOfTheMetadataAlone) {
  jupyter::Json cell = {{"metadata", {{"tags", {"a"}}, {"execution", {{"old", 1}}}}}};
  keep_timing(cell, {{"new", 2}});
  EXPECT_EQ(cell["metadata"]["tags"][0], "a");
  EXPECT_EQ(cell["metadata"]["execution"], (jupyter::Json{{"new", 2}}));
  jupyter::Json broken = {{"metadata", nullptr}};
  keep_timing(broken, {{"new", 2}});
  EXPECT_TRUE(broken["metadata"].contains("execution"));
}

}  // namespace
}  // namespace km::runner
