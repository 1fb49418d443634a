// The reading side of the flight recorder: any file at all may come in, nothing is trusted.
#include "bytes.h"
#include "os/file.h"
#include "supervisor/recorder.h"
#include "supervisor/ring_layout.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace km::supervisor {
namespace {

std::string text_of(std::span<const std::byte> bytes) {
  return {static_cast<const char*>(static_cast<const void*>(bytes.data())), bytes.size()};
}

// The number of a whole record in the slot at `place` of a ring of `capacity`; nothing for a torn,
// unused or foreign one.
std::optional<std::uint64_t> number_of(std::uint64_t sequence, std::size_t place,
                                       std::size_t capacity) {
  if (sequence == 0 || sequence % 2 != 0) return std::nullopt;
  const auto number = sequence / 2 - 1;
  if (number % capacity != place) return std::nullopt;
  return number;
}

// The contents of a ring's whole slots, oldest first. `parse` reads what follows the sequence.
template <class T, class Parse>
std::vector<T> slots_of(const Bytes& file, std::size_t begin, std::size_t capacity,
                        std::size_t slot_bytes, Parse parse) {
  std::vector<std::pair<std::uint64_t, T>> found;
  for (std::size_t place = 0; place < capacity; ++place) {
    auto slot = file.slice(begin + place * slot_bytes, slot_bytes);
    if (!slot) break;
    const auto number = number_of(slot->read<std::uint64_t>().value_or(0), place, capacity);
    if (!number) continue;
    if (auto content = parse(*slot)) found.emplace_back(*number, std::move(*content));
  }
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<T> contents;
  contents.reserve(found.size());
  for (auto& [number, content] : found) contents.push_back(std::move(content));
  return contents;
}

std::optional<Sample> parse_sample(Bytes& slot) {
  auto sample = slot.read<Sample>();
  if (!sample || sample->time_us < 0) return std::nullopt;
  if (!std::isfinite(sample->cpu_seconds) || !std::isfinite(sample->memory_pressure))
    return std::nullopt;
  return sample;
}

// A fixed field of text, up to its NUL.
template <std::size_t N>
std::string parse_text(Bytes& slot) {
  const auto field = slot.read<std::array<char, N>>().value_or(std::array<char, N>{});
  return {field.data(), ::strnlen(field.data(), N)};
}

std::optional<Recording::Mark> parse_mark(Bytes& slot) {
  Recording::Mark mark;
  mark.time_us = slot.read<std::int64_t>().value_or(0);
  mark.label = parse_text<64>(slot);
  mark.code_file = parse_text<48>(slot);
  return mark;
}

// The coarse ring reaches further back; where the fine one has begun it is left out.
std::vector<Sample> joined(std::vector<Sample> coarse, const std::vector<Sample>& fine) {
  if (!fine.empty()) {
    std::erase_if(coarse,
                  [&](const Sample& sample) { return sample.time_us >= fine.front().time_us; });
  }
  coarse.insert(coarse.end(), fine.begin(), fine.end());
  return coarse;
}

std::string parse_words(const Bytes& file, std::uint64_t begun, std::uint64_t done) {
  constexpr auto kSize = Recorder::kWordsBytes;
  // A hostile file may name any numbers; of what was begun and not done only the room it overwrote
  // is lost.
  if (begun < done || begun - done > kSize) return {};
  const auto lost = begun > kSize ? begun - kSize : 0;
  std::string words;
  for (auto at = lost; at < done;) {
    const auto place = at % kSize;
    const auto part = std::min<std::uint64_t>(done - at, kSize - place);
    auto bytes = file.slice(ring::kWordsAt + place, part);
    if (!bytes) return words;
    words += text_of(*bytes->take(part));
    at += part;
  }
  return words;
}

std::optional<casefile::Cell> parse_cell(const Bytes& file) {
  auto area = file.slice(ring::kCellAt, Recorder::kCellBytes);
  if (!area) return std::nullopt;
  const auto sequence = area->read<std::uint64_t>().value_or(0);
  const auto running = area->read<std::uint32_t>().value_or(0);
  if (sequence == 0 || sequence % 2 != 0 || running != 1) return std::nullopt;
  const auto index = area->read<std::int32_t>().value_or(-1);
  const auto count = area->read<std::int32_t>().value_or(-1);
  const auto id_bytes = area->read<std::uint32_t>().value_or(0);
  const auto label_bytes = area->read<std::uint32_t>().value_or(0);
  const auto source_bytes = area->read<std::uint32_t>().value_or(0);
  const auto id = area->take(id_bytes);
  const auto label = area->take(label_bytes);
  const auto source = area->take(source_bytes);
  if (!id || !label || !source) return std::nullopt;
  casefile::Cell cell;
  cell.id = text_of(*id);
  cell.source = text_of(*source);
  if (index >= 0) cell.index = index;
  if (count >= 0) cell.execution_count = count;
  return cell;
}

std::vector<std::pair<std::string, std::string>> parse_notes(const Bytes& file,
                                                             std::uint64_t done) {
  std::vector<std::pair<std::string, std::string>> notes;
  auto area = file.slice(ring::kNotesAt, std::min<std::uint64_t>(done, ring::kNotesBytes));
  while (area && area->left() >= sizeof(ring::NoteHead)) {
    const auto head = *area->read<ring::NoteHead>();
    const auto key = area->take(head.key_bytes);
    const auto value = area->take(head.value_bytes);
    if (!key || !value) break;
    notes.emplace_back(text_of(*key), text_of(*value));
  }
  return notes;
}

}  // namespace

Result<Recording> parse_recording(std::span<const std::byte> bytes) {
  Bytes file(bytes);
  const auto header = file.read<ring::Header>();
  if (!header || header->magic != ring::kMagic) return fail("not a flight recorder's file");
  if (header->byte_order != ring::kByteOrder)
    return fail("a flight recorder of a machine with another byte order");
  if (header->version != ring::kVersion) {
    return fail("a flight recorder of version " + std::to_string(header->version) +
                ", this program reads version " + std::to_string(ring::kVersion));
  }
  ring::Header expected;
  expected.file_bytes = ring::kFileBytes;
  if (std::memcmp(&*header, &expected, sizeof expected) != 0)
    return fail("a flight recorder with a broken header");
  if (bytes.size() != ring::kFileBytes) {
    return fail("a torn flight recorder: " + std::to_string(bytes.size()) + " of " +
                std::to_string(ring::kFileBytes) + " bytes");
  }
  file.seek(ring::kCursorsAt);
  const auto words_begun = file.read<std::uint64_t>().value_or(0);
  const auto words_done = file.read<std::uint64_t>().value_or(0);
  const auto notes_done = file.read<std::uint64_t>().value_or(0);

  Recording recording;
  constexpr auto kSlot = sizeof(ring::SampleSlot);
  recording.samples =
      joined(slots_of<Sample>(file, ring::kCoarseAt, Recorder::kCoarseSamples, kSlot, parse_sample),
             slots_of<Sample>(file, ring::kSamplesAt, Recorder::kSamples, kSlot, parse_sample));
  recording.marks = slots_of<Recording::Mark>(file, ring::kMarksAt, Recorder::kMarks,
                                              sizeof(ring::MarkSlot), parse_mark);
  recording.words = parse_words(file, words_begun, words_done);
  recording.running_cell = parse_cell(file);
  recording.notes = parse_notes(file, notes_done);
  return recording;
}

Result<Recording> read_recording(const std::filesystem::path& file) {
  KM_ASSIGN(const auto bytes, os::read_file(file, static_cast<std::int64_t>(ring::kFileBytes)));
  auto recording = parse_recording(std::as_bytes(std::span(bytes.data(), bytes.size())));
  if (!recording) return tl::make_unexpected(std::move(recording).error().within(file.string()));
  return recording;
}

}  // namespace km::supervisor
