// The writing side: every record is announced before and confirmed after its bytes, so that a death
// in between is seen.
#include "supervisor/recorder.h"

#include "jupyter/utf8.h"
#include "os/handle.h"
#include "os/host.h"
#include "supervisor/ring_layout.h"

#include <algorithm>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

#include <sys/mman.h>

namespace km::supervisor {
namespace {

// Texts are cut at the start of a UTF-8 character, never inside one.
std::string_view cut(std::string_view text, std::size_t limit) {
  return text.substr(0, jupyter::utf8_cut(text, std::min(limit, text.size())));
}

template <std::size_t N>
void put(std::array<char, N>& place, std::string_view text) {
  text = cut(text, N - 1);
  place.fill('\0');
  std::copy(text.begin(), text.end(), place.begin());
}

// Acquire keeps the content's writes behind the odd number, release keeps them before the even one.
template <class Slot, class Fill>
void write_slot(Slot& slot, std::uint64_t number, Fill&& fill) {
  slot.sequence.exchange(2 * number + 1, std::memory_order_acq_rel);
  std::forward<Fill>(fill)(slot);
  slot.sequence.store(2 * number + 2, std::memory_order_release);
}

// Every block is written once: a hole of a sparse file on a full disk would be a SIGBUS at the
// first touch.
Result<> reserve(int fd) {
  static constexpr std::array<char, 65536> kZeros{};
  for (std::size_t done = 0; done < ring::kFileBytes;) {
    const auto part = std::min(kZeros.size(), ring::kFileBytes - done);
    const auto written = ::write(fd, kZeros.data(), part);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return fail_errno("cannot reserve the flight recorder's file");
    done += static_cast<std::size_t>(written);
  }
  return {};
}

}  // namespace

// The mapping and the counters of its one process; the counters need not be in the file, the slots
// tell them.
struct Recorder::Map {
  std::byte* bytes = nullptr;
  std::uint64_t samples = 0;
  std::uint64_t coarse = 0;
  std::uint64_t marks = 0;
  std::uint64_t cells = 0;

  Map() = default;
  Map(const Map&) = delete;
  Map& operator=(const Map&) = delete;
  ~Map() {
    if (bytes != nullptr) ::munmap(bytes, ring::kFileBytes);
  }

  // The mapping begins on a page and every offset is a multiple of the record's alignment.
  template <class T>
  T& at(std::size_t offset) {
    return *static_cast<T*>(static_cast<void*>(bytes + offset));
  }

  static Result<std::unique_ptr<Map>> make(int fd) {
    const int flags = fd < 0 ? MAP_PRIVATE | MAP_ANON : MAP_SHARED;
    void* place = ::mmap(nullptr, ring::kFileBytes, PROT_READ | PROT_WRITE, flags, fd, 0);
    if (place == MAP_FAILED) return fail_errno("cannot map the flight recorder");
    auto map = std::make_unique<Map>();
    map->bytes = static_cast<std::byte*>(place);
    ring::Header header;
    header.file_bytes = ring::kFileBytes;
    std::memcpy(map->bytes, &header, sizeof header);
    return map;
  }
};

Recorder::Recorder(std::unique_ptr<Map> map) : map_(std::move(map)) {}
Recorder::Recorder(Recorder&&) noexcept = default;
Recorder& Recorder::operator=(Recorder&&) noexcept = default;
Recorder::~Recorder() = default;

Result<Recorder> Recorder::create(const std::filesystem::path& file) {
  const os::Fd fd(::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd) return fail_errno("cannot create " + file.string());
  KM_TRY(reserve(fd.get()));
  KM_ASSIGN(auto map, Map::make(fd.get()));
  return Recorder(std::move(map));
}

Result<Recorder> Recorder::in_memory() {
  KM_ASSIGN(auto map, Map::make(-1));
  return Recorder(std::move(map));
}

void Recorder::sample(const Sample& sample) {
  const auto put_into = [&](std::size_t begin, std::size_t capacity, std::uint64_t number) {
    auto& slot = map_->at<ring::SampleSlot>(begin + number % capacity * sizeof(ring::SampleSlot));
    write_slot(slot, number, [&](ring::SampleSlot& s) { s.sample = sample; });
  };
  if (map_->samples % ring::kCoarseEvery == 0)
    put_into(ring::kCoarseAt, kCoarseSamples, map_->coarse++);
  put_into(ring::kSamplesAt, kSamples, map_->samples++);
}

void Recorder::words(std::string_view text) {
  if (text.size() > kWordsBytes) text.remove_prefix(text.size() - kWordsBytes);
  auto& cursors = map_->at<ring::Cursors>(ring::kCursorsAt);
  const auto before = cursors.words_done.load(std::memory_order_relaxed);
  cursors.words_begun.exchange(before + text.size(), std::memory_order_acq_rel);
  const auto place = static_cast<std::size_t>(before % kWordsBytes);
  const auto first = std::min(text.size(), kWordsBytes - place);
  std::memcpy(map_->bytes + ring::kWordsAt + place, text.data(), first);
  std::memcpy(map_->bytes + ring::kWordsAt, text.data() + first, text.size() - first);
  cursors.words_done.store(before + text.size(), std::memory_order_release);
}

void Recorder::cell_begins(const casefile::Cell& cell, std::string_view label,
                           std::string_view code_file) {
  const auto number = map_->marks++;
  auto& mark = map_->at<ring::MarkSlot>(ring::kMarksAt + number % kMarks * sizeof(ring::MarkSlot));
  write_slot(mark, number, [&](ring::MarkSlot& slot) {
    slot.time_us = os::monotonic_us();
    put(slot.label, label);
    put(slot.code_file, code_file);
  });
  write_slot(map_->at<ring::CellHead>(ring::kCellAt), map_->cells++, [&](ring::CellHead& head) {
    const auto id = cut(cell.id, 256);
    label = cut(label, 64);
    const auto source = cut(cell.source, kCellBytes - sizeof head - id.size() - label.size());
    head.running = 1;
    head.index = cell.index.value_or(-1);
    head.execution_count = cell.execution_count.value_or(-1);
    head.id_bytes = static_cast<std::uint32_t>(id.size());
    head.label_bytes = static_cast<std::uint32_t>(label.size());
    head.source_bytes = static_cast<std::uint32_t>(source.size());
    auto* place = map_->bytes + ring::kCellAt + sizeof head;
    for (const auto text : {id, label, source}) {
      std::memcpy(place, text.data(), text.size());
      place += text.size();
    }
  });
}

void Recorder::cell_ends() {
  write_slot(map_->at<ring::CellHead>(ring::kCellAt), map_->cells++,
             [](ring::CellHead& head) { head.running = 0; });
}

void Recorder::note(std::string_view key, std::string_view value) {
  auto& done = map_->at<ring::Cursors>(ring::kCursorsAt).notes_done;
  const auto used = static_cast<std::size_t>(done.load(std::memory_order_relaxed));
  const ring::NoteHead head{static_cast<std::uint32_t>(key.size()),
                            static_cast<std::uint32_t>(value.size())};
  if (key.size() + value.size() > ring::kNotesBytes) return;
  if (used + sizeof head + key.size() + value.size() > ring::kNotesBytes) return;
  auto* place = map_->bytes + ring::kNotesAt + used;
  std::memcpy(place, &head, sizeof head);
  std::memcpy(place + sizeof head, key.data(), key.size());
  std::memcpy(place + sizeof head + key.size(), value.data(), value.size());
  done.store(used + sizeof head + key.size() + value.size(), std::memory_order_release);
}

Recording Recorder::read() const {
  // What we wrote ourselves parses; should it not, an empty recording is the honest answer.
  return parse_recording({map_->bytes, ring::kFileBytes}).value_or(Recording{});
}

}  // namespace km::supervisor
