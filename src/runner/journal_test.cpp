#include "runner/journal.h"

#include "jupyter/notebook.h"
#include "os/file.h"
#include "runner/run.h"
#include "runner/temporary_folder.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <sys/stat.h>
#include <sys/wait.h>

namespace km::runner {
namespace {

using jupyter::Json;

constexpr std::string_view kNotebook = R"({"cells": [
  {"cell_type": "code", "id": "a", "metadata": {"tags": ["kept"]}, "source": "1", "outputs": [], "execution_count": null},
  {"cell_type": "markdown", "id": "b", "metadata": {}, "source": "text"},
  {"cell_type": "code", "id": "c", "metadata": {}, "source": "2", "outputs": [], "execution_count": null}],
  "metadata": {}, "nbformat": 4, "nbformat_minor": 5})";

Json stream(const char* text) { return {{"name", "stdout"}, {"text", text}}; }

// A journal as a killed run leaves it: its pid is that of a process that has ended.
class KilledRun : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(os::write_file(notebook_, kNotebook)); }

  template <class Write>
  void write_and_die(Write write) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      auto journal = Journal::create(journal_of(notebook_), 1 << 20);
      if (!journal) ::_exit(1);
      write(*journal);
      ::_exit(journal->flush() ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_EQ(status, 0);
  }

  bool restore() {
    const auto restored = restore_from_journal(journal_of(notebook_), notebook_);
    EXPECT_TRUE(restored) << restored.error().what;
    return restored.value_or(false);
  }

  jupyter::Notebook read() {
    const auto text = os::read_file(notebook_, 1 << 20);
    EXPECT_TRUE(text);
    auto notebook = jupyter::Notebook::parse(text.value_or(""));
    EXPECT_TRUE(notebook);
    return std::move(notebook).value();
  }

  TemporaryFolder folder_;
  std::filesystem::path notebook_ = folder_ / "out.ipynb";
};

TEST_F(KilledRun, KeepsFinishedCellsAndTheOutputSoFar) {
  write_and_die([](Journal& journal) {
    journal.begin(0, Json::array());
    journal.message("stream", stream("one\n"));
    journal.end(1, {{"iopub.status.idle", "2026-11-24T16:17:01.000000Z"}});
    journal.begin(2, Json::array());
    journal.message("stream", stream("two\n"));
  });
  ASSERT_TRUE(restore());
  auto notebook = read();
  EXPECT_EQ(notebook.cell(0)["outputs"][0]["text"], "one\n");
  EXPECT_EQ(notebook.cell(0)["execution_count"], 1);
  EXPECT_EQ(notebook.cell(0)["metadata"]["tags"][0], "kept");
  EXPECT_TRUE(notebook.cell(0)["metadata"].contains("execution"));
  EXPECT_EQ(notebook.cell(2)["outputs"][0]["text"], "two\n");
  EXPECT_THAT(notebook.cell(2)["outputs"][1]["text"].get<std::string>(),
              testing::HasSubstr("kernelmedic was killed"));
  EXPECT_FALSE(std::filesystem::exists(journal_of(notebook_)));
  EXPECT_FALSE(restore());
}

TEST_F(KilledRun, IgnoresATornLineAndCellsThatAreNotThere) {
  write_and_die([](Journal& journal) {
    journal.begin(7, Json::array());
    journal.begin(1, Json::array());  // markdown
    journal.begin(0, Json::array());
    journal.message("stream", stream("one\n"));
    journal.end(1, nullptr);
  });
  std::ofstream(journal_of(notebook_), std::ios::app) << R"({"begin":2,"bef)";
  ASSERT_TRUE(restore());
  EXPECT_EQ(read().cell(0)["outputs"][0]["text"], "one\n");
}

TEST_F(KilledRun, ASnapshotReplacesWhatWasBefore) {
  write_and_die([](Journal& journal) {
    journal.begin(0, Json::array());
    for (int i = 0; i < 50'000; ++i) {
      journal.message("stream", stream(std::string(100, 'x').c_str()));
      if (journal.wants_snapshot(1000)) {
        const Json output = {{"output_type", "stream"}, {"name", "stdout"}, {"text", "short\n"}};
        journal.snapshot(Json::array({output}));
        break;
      }
    }
    journal.end(1, nullptr);
  });
  EXPECT_LT(std::filesystem::file_size(journal_of(notebook_)), 1000U);
  ASSERT_TRUE(restore());
  EXPECT_EQ(read().cell(0)["outputs"][0]["text"], "short\n");
}

TEST_F(KilledRun, EarlierCellsMayChange) {
  write_and_die([](Journal& journal) {
    const Json output = {{"output_type", "display_data"},
                         {"data", {{"text/plain", "new"}}},
                         {"metadata", Json::object()}};
    journal.outputs(0, Json::array({output}));
  });
  ASSERT_TRUE(restore());
  EXPECT_EQ(read().cell(0)["outputs"][0]["data"]["text/plain"], "new");
}

TEST_F(KilledRun, IsLeftAloneWhileItsOwnerLives) {
  auto journal = Journal::create(journal_of(notebook_), 1 << 20);
  ASSERT_TRUE(journal);
  journal->begin(0, Json::array());
  journal->message("stream", stream("one\n"));
  journal->end(1, nullptr);
  ASSERT_TRUE(journal->flush());
  EXPECT_FALSE(restore());
  EXPECT_TRUE(std::filesystem::exists(journal_of(notebook_)));
}

TEST_F(KilledRun, ForeignFilesAreErrors) {
  for (const char* text : {"", "{}\n", "not json\n", "{\"journal\":\"other/1\"}\n"}) {
    std::ofstream(journal_of(notebook_)) << text;
    EXPECT_FALSE(restore_from_journal(journal_of(notebook_), notebook_)) << text;
  }
}

TEST(Journal, IsPrivateAndStartsAnewWhenCleared) {
  const TemporaryFolder folder;
  const auto path = folder / "x.journal";
  auto journal = Journal::create(path, 1);
  ASSERT_TRUE(journal);
  struct stat about {};
  ASSERT_EQ(::stat(path.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0600U);
  const auto empty = std::filesystem::file_size(path);
  journal->begin(0, Json::array());
  ASSERT_TRUE(journal->flush());
  EXPECT_GT(std::filesystem::file_size(path), empty);
  ASSERT_TRUE(journal->clear());
  EXPECT_EQ(std::filesystem::file_size(path), empty);
  journal->remove();
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Journal, DoesNotWriteThroughALink) {
  const TemporaryFolder folder;
  std::ofstream(folder / "precious") << "text";
  std::filesystem::create_symlink(folder / "precious", folder / "x.journal");
  ASSERT_TRUE(Journal::create(folder / "x.journal", 1));
  EXPECT_EQ(std::filesystem::file_size(folder / "precious"), 4U);
}

}  // namespace
}  // namespace km::runner
