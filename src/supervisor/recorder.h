// The flight recorder: the last samples, marks and words of a supervised process in one mmapped
// file of fixed size. Whoever dies, supervisor or kernel, the file is there and can be read
// (docs/casefile-format.md tells the layout).
#pragma once

#include "casefile/casefile.h"
#include "evidence/sample.h"
#include "result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace km::supervisor {

using evidence::Sample;

// What is in such a file; a torn or foreign one is an error, a half-written sample is left out.
struct Recording {
  std::vector<Sample> samples;  // oldest first, coarse ones before fine ones
  struct Mark {
    std::int64_t time_us = 0;  // CLOCK_MONOTONIC
    std::string label;         // "cell 3"
    std::string code_file;     // the name that ipykernel gives the cell's code; may be empty
  };
  std::vector<Mark> marks;  // oldest first
  std::string words;
  std::optional<casefile::Cell> running_cell;
  std::vector<std::pair<std::string, std::string>>
      notes;  // in the order written; a key may come again
};
Result<Recording> read_recording(const std::filesystem::path& file);
Result<Recording> parse_recording(std::span<const std::byte> bytes);

// Written by the supervisor: samples by the watcher's thread, marks, words, cells and notes by the
// loop's. Each part has one writer. Nothing is allocated and no system call made after creation.
class Recorder {
 public:
  static constexpr std::size_t kSamples = 8192;        // 6.8 minutes at 50 ms
  static constexpr std::size_t kCoarseSamples = 8192;  // every 40th: 4.5 hours
  static constexpr std::size_t kMarks = 1024;
  static constexpr std::size_t kWordsBytes = std::size_t{64} * 1024;
  static constexpr std::size_t kCellBytes = std::size_t{64} * 1024;

  static Result<Recorder> create(const std::filesystem::path& file);
  // The same in memory alone: for a disk that takes no file. It does not outlive us.
  static Result<Recorder> in_memory();
  Recorder(Recorder&&) noexcept;
  Recorder& operator=(Recorder&&) noexcept;
  ~Recorder();

  void sample(const Sample& sample);
  void words(std::string_view text);  // what came on fd 1 and 2; the last 64 KiB are kept
  void cell_begins(const casefile::Cell& cell, std::string_view label,
                   std::string_view code_file = {});
  void cell_ends();
  void note(std::string_view key, std::string_view value);  // few small things for a later reader

  // What was recorded so far. Not while another thread still samples.
  Recording read() const;

 private:
  struct Map;
  explicit Recorder(std::unique_ptr<Map> map);
  std::unique_ptr<Map> map_;
};

}  // namespace km::supervisor
