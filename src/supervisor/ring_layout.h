// Where what lies in a flight recorder's file; docs/casefile-format.md tells it in words. Writer
// and reader share it.
#pragma once

#include "evidence/sample.h"
#include "supervisor/recorder.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace km::supervisor::ring {

constexpr std::array<char, 8> kMagic{'K', 'M', 'F', 'L', 'I', 'G', 'H', 'T'};
constexpr std::uint32_t kVersion = 1;
constexpr std::uint32_t kByteOrder =
    0x01020304;  // reads differently on a machine of the other byte order
constexpr std::size_t kNotesBytes = std::size_t{16} * 1024;
constexpr std::uint64_t kCoarseEvery = 40;

// Never changed once the file is made. The numbers are fixed by the version; a reader refuses
// others.
struct Header {
  std::array<char, 8> magic = kMagic;
  std::uint32_t version = kVersion;
  std::uint32_t byte_order = kByteOrder;
  std::uint64_t file_bytes = 0;
  std::uint32_t samples = Recorder::kSamples;
  std::uint32_t coarse_samples = Recorder::kCoarseSamples;
  std::uint32_t marks = Recorder::kMarks;
  std::uint32_t words_bytes = Recorder::kWordsBytes;
  std::uint32_t cell_bytes = Recorder::kCellBytes;
  std::uint32_t notes_bytes = kNotesBytes;
};
static_assert(sizeof(Header) == 48);

// A slot's sequence is 2n+1 while its n-th content is written and 2n+2 once that is whole; 0: never
// used. A writer that dies in between leaves an odd number behind, and the reader skips the slot.
struct SampleSlot {
  std::atomic<std::uint64_t> sequence;
  evidence::Sample sample;
  std::array<std::byte, 24>
      unused;  // 128 bytes: no slot crosses a page, and pages reach the disk whole
};
static_assert(sizeof(SampleSlot) == 128);

struct MarkSlot {
  std::atomic<std::uint64_t> sequence;
  std::int64_t time_us;
  std::array<char, 64> label;      // NUL-terminated
  std::array<char, 48> code_file;  // NUL-terminated
};
static_assert(sizeof(MarkSlot) == 128);

// Counters of bytes ever written. `begun` runs ahead of `done` while text is copied: between the
// two is what a dying writer may have left half done.
struct Cursors {
  std::atomic<std::uint64_t> words_begun;
  std::atomic<std::uint64_t> words_done;
  std::atomic<std::uint64_t> notes_done;
};

struct CellHead {
  std::atomic<std::uint64_t> sequence;
  std::uint32_t running;
  std::int32_t index;  // -1: unknown, also below
  std::int32_t execution_count;
  std::uint32_t id_bytes;  // the three texts follow the head in this order
  std::uint32_t label_bytes;
  std::uint32_t source_bytes;
};
static_assert(sizeof(CellHead) == 32);

struct NoteHead {
  std::uint32_t key_bytes;  // key and value follow
  std::uint32_t value_bytes;
};

constexpr std::size_t kCursorsAt = 1024;
constexpr std::size_t kSamplesAt = 4096;
constexpr std::size_t kCoarseAt = kSamplesAt + Recorder::kSamples * sizeof(SampleSlot);
constexpr std::size_t kMarksAt = kCoarseAt + Recorder::kCoarseSamples * sizeof(SampleSlot);
constexpr std::size_t kWordsAt = kMarksAt + Recorder::kMarks * sizeof(MarkSlot);
constexpr std::size_t kCellAt = kWordsAt + Recorder::kWordsBytes;
constexpr std::size_t kNotesAt = kCellAt + Recorder::kCellBytes;
constexpr std::size_t kFileBytes = kNotesAt + kNotesBytes;

}  // namespace km::supervisor::ring
