// The flight recorder read back after every kind of end, and files that only claim to be one.
#include "supervisor/recorder.h"

#include "os/file.h"
#include "supervisor/ring_layout.h"
#include "supervisor/test_folder.h"

#include <cstring>
#include <filesystem>
#include <gtest/gtest.h>
#include <string>

namespace km::supervisor {
namespace {

class RecorderTest : public ::testing::Test {
 protected:
  RecorderTest() : recorder_(Recorder::create(file())) {}
  std::filesystem::path file() const { return folder_.path() / "flight.ring"; }
  std::string bytes() const { return os::read_file(file(), ring::kFileBytes).value(); }
  static Result<Recording> parse(const std::string& bytes) {
    return parse_recording(std::as_bytes(std::span(bytes.data(), bytes.size())));
  }
  template <class T>
  static void poke(std::string& bytes, std::size_t at, T value) {
    std::memcpy(bytes.data() + at, &value, sizeof value);
  }
  static Sample sample(std::int64_t number) {
    Sample sample;
    sample.time_us = number * 50'000;
    sample.tree_rss_bytes = number;
    return sample;
  }

  TestFolder folder_;
  Result<Recorder> recorder_;
};

TEST_F(RecorderTest, GivesBackWhatWasWritten) {
  ASSERT_TRUE(recorder_);
  recorder_->sample(sample(7));
  recorder_->words("hello ");
  recorder_->words("world");
  casefile::Cell cell;
  cell.id = "abc";
  cell.index = 3;
  cell.execution_count = 2;
  cell.source = "1/0";
  recorder_->cell_begins(cell, "cell 3", "12.py");
  recorder_->note("key", "first");
  recorder_->note("key", "");
  const auto recording = read_recording(file());
  ASSERT_TRUE(recording) << recording.error().what;
  ASSERT_EQ(recording->samples.size(), 1U);
  EXPECT_EQ(recording->samples[0].tree_rss_bytes, 7);
  EXPECT_EQ(recording->words, "hello world");
  ASSERT_EQ(recording->marks.size(), 1U);
  EXPECT_EQ(recording->marks[0].label, "cell 3");
  EXPECT_EQ(recording->marks[0].code_file, "12.py");
  ASSERT_TRUE(recording->running_cell);
  EXPECT_EQ(recording->running_cell->id, "abc");
  EXPECT_EQ(recording->running_cell->index, 3);
  EXPECT_EQ(recording->running_cell->execution_count, 2);
  EXPECT_EQ(recording->running_cell->source, "1/0");
  ASSERT_EQ(recording->notes.size(), 2U);
  EXPECT_EQ(recording->notes[0].second, "first");
  EXPECT_EQ(recording->notes[1].second, "");

  recorder_->cell_ends();
  EXPECT_FALSE(recorder_->read().running_cell);
}

TEST_F(RecorderTest, FileIsPrivateAndOfFixedSize) {
  ASSERT_TRUE(recorder_);
  EXPECT_EQ(std::filesystem::status(file()).permissions(), std::filesystem::perms(0600));
  EXPECT_EQ(std::filesystem::file_size(file()), ring::kFileBytes);
  EXPECT_FALSE(Recorder::create(file())) << "an existing recording must not be overwritten";
}

TEST_F(RecorderTest, WrapsAroundAndKeepsCoarseSamplesFromBefore) {
  ASSERT_TRUE(recorder_);
  constexpr std::int64_t kCount = 20'000;
  for (std::int64_t i = 0; i < kCount; ++i) recorder_->sample(sample(i));
  const auto samples = recorder_->read().samples;
  const auto first_fine = kCount - static_cast<std::int64_t>(Recorder::kSamples);
  EXPECT_EQ(samples.size(), Recorder::kSamples + (first_fine + 39) / 40);
  EXPECT_EQ(samples.front().tree_rss_bytes, 0);
  EXPECT_EQ(samples.back().tree_rss_bytes, kCount - 1);
  for (std::size_t i = 1; i < samples.size(); ++i)
    ASSERT_LT(samples[i - 1].time_us, samples[i].time_us);
}

TEST_F(RecorderTest, KeepsTheEndOfTheWords) {
  ASSERT_TRUE(recorder_);
  std::string all;
  for (int i = 0; all.size() < 3 * Recorder::kWordsBytes; ++i) {
    const auto line = "line " + std::to_string(i) + "\n";
    recorder_->words(line);
    all += line;
  }
  EXPECT_EQ(recorder_->read().words, all.substr(all.size() - Recorder::kWordsBytes));
  const std::string huge(2 * Recorder::kWordsBytes + 17, 'x');
  recorder_->words(huge);
  EXPECT_EQ(recorder_->read().words, std::string(Recorder::kWordsBytes, 'x'));
}

TEST_F(RecorderTest, CutsLongCellsAtACharacter) {
  ASSERT_TRUE(recorder_);
  casefile::Cell cell;
  for (std::size_t i = 0; i < Recorder::kCellBytes; ++i) cell.source += "\xC3\xA4";
  recorder_->cell_begins(cell, std::string(500, 'l'));
  const auto recording = recorder_->read();
  ASSERT_TRUE(recording.running_cell);
  EXPECT_GT(recording.running_cell->source.size(), Recorder::kCellBytes / 2);
  EXPECT_EQ(recording.running_cell->source.size() % 2, 0U);
  EXPECT_EQ(recording.marks.at(0).label, std::string(63, 'l'));
}

TEST_F(RecorderTest, NotesEndQuietlyWhereTheirRoomEnds) {
  ASSERT_TRUE(recorder_);
  for (int i = 0; i < 5000; ++i) recorder_->note("key", std::to_string(i));
  recorder_->note("big", std::string(ring::kNotesBytes, 'x'));
  const auto notes = recorder_->read().notes;
  EXPECT_GT(notes.size(), 500U);
  EXPECT_EQ(notes.front().second, "0");
}

TEST_F(RecorderTest, SkipsTheRecordThatADeathTore) {
  ASSERT_TRUE(recorder_);
  for (int i = 0; i < 3; ++i) recorder_->sample(sample(i));
  recorder_->words("complete ");
  casefile::Cell cell;
  cell.source = "x";
  recorder_->cell_begins(cell, "cell 1");
  auto torn = bytes();
  poke<std::uint64_t>(torn, ring::kSamplesAt + sizeof(ring::SampleSlot), 3);  // odd: being written
  poke<std::uint64_t>(torn, ring::kMarksAt, 1);
  poke<std::uint64_t>(torn, ring::kCellAt, 1);
  poke<std::uint64_t>(torn, ring::kCursorsAt, 12);  // three more bytes were begun
  const auto recording = parse(torn);
  ASSERT_TRUE(recording) << recording.error().what;
  ASSERT_EQ(recording->samples.size(), 2U);
  EXPECT_EQ(recording->samples[0].tree_rss_bytes, 0);
  EXPECT_EQ(recording->samples[1].tree_rss_bytes, 2);
  EXPECT_TRUE(recording->marks.empty());
  EXPECT_FALSE(recording->running_cell);
  EXPECT_EQ(recording->words, "complete ");
}

TEST_F(RecorderTest, WordsThatWereBeingOverwrittenAreLeftOut) {
  ASSERT_TRUE(recorder_);
  recorder_->words(std::string(Recorder::kWordsBytes, 'a'));
  auto torn = bytes();
  poke<std::uint64_t>(torn, ring::kCursorsAt, Recorder::kWordsBytes + 10);
  const auto recording = parse(torn);
  ASSERT_TRUE(recording);
  EXPECT_EQ(recording->words.size(), Recorder::kWordsBytes - 10);
}

TEST_F(RecorderTest, RefusesForeignAndTornFiles) {
  ASSERT_TRUE(recorder_);
  const auto good = bytes();
  EXPECT_FALSE(parse(""));
  EXPECT_FALSE(parse("KMFLIGHT"));
  EXPECT_FALSE(parse(std::string(ring::kFileBytes, '\0')));
  EXPECT_FALSE(parse(good.substr(0, good.size() - 1)));
  for (const std::size_t field : {0U, 8U, 12U, 16U, 24U, 28U, 32U, 36U, 40U, 44U}) {
    auto broken = good;
    broken[field] = static_cast<char>(broken[field] ^ 0x55);
    EXPECT_FALSE(parse(broken)) << "field at " << field;
  }
  EXPECT_FALSE(read_recording(folder_.path()));
  EXPECT_FALSE(read_recording(folder_.path() / "absent"));
}

// Every byte behind the header at its worst: the reader may find nothing, but must not stumble.
TEST_F(RecorderTest, HostileContentsAreBounded) {
  ASSERT_TRUE(recorder_);
  const auto good = bytes();
  for (const char fill : {'\xff', '\x7f', '\x02', '\x01'}) {
    auto hostile = good;
    std::fill(hostile.begin() + static_cast<std::ptrdiff_t>(sizeof(ring::Header)), hostile.end(),
              fill);
    const auto recording = parse(hostile);
    ASSERT_TRUE(recording);
    EXPECT_LE(recording->words.size(), Recorder::kWordsBytes);
    EXPECT_LE(recording->samples.size(), Recorder::kSamples + Recorder::kCoarseSamples);
  }
}

TEST(Recorder, WorksWithoutADisk) {
  auto recorder = Recorder::in_memory();
  ASSERT_TRUE(recorder);
  recorder->words("text");
  EXPECT_EQ(recorder->read().words, "text");
}

TEST(Recorder, SaysWhyItCannotBeMade) {
  const auto recorder = Recorder::create("/nonexistent/flight.ring");
  ASSERT_FALSE(recorder);
  EXPECT_NE(recorder.error().what.find("/nonexistent/flight.ring"), std::string::npos);
}

}  // namespace
}  // namespace km::supervisor
