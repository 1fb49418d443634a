// ELF headers of a core file, read in pieces: a process may have a hundred thousand segments.
#include "readers/core_elf.h"

#include "intake/take_in.h"

#include <algorithm>
#include <bit>
#include <fmt/core.h>

namespace km::readers {
namespace {

constexpr std::uint8_t kClass64 = 2;
constexpr std::uint8_t kLittle = 1;
constexpr std::uint8_t kBig = 2;
constexpr std::uint32_t kLoad = 1;
constexpr std::uint32_t kNote = 4;
constexpr std::uint64_t kManySegments = 0xFFFF;  // PN_XNUM: the number stands in section 0
constexpr std::size_t kHeaderBytes = 64;
constexpr std::size_t kSegmentBytes = 56;
constexpr std::uint64_t kMaxSegments = 1'000'000;  // Linux allows 65530 maps unless it is told else
constexpr std::size_t kMaxNotes = 64;

bool is_swapped(std::string_view head) {
  const bool big = static_cast<std::uint8_t>(head[5]) == kBig;
  return big != (std::endian::native == std::endian::big);
}

}  // namespace

std::string CoreElf::bytes(std::uint64_t offset, std::size_t size) const {
  return source_->bytes(offset, size);
}

template <class Use>
void CoreElf::each_segment(Use use) const {
  constexpr std::uint64_t kAtOnce = 512;
  for (std::uint64_t first = 0; first < count_; first += kAtOnce) {
    const std::size_t wanted =
        static_cast<std::size_t>(std::min(kAtOnce, count_ - first)) * kSegmentBytes;
    const std::string table = bytes(table_ + first * kSegmentBytes, wanted);
    Bytes cursor(table);
    while (cursor.left() >= kSegmentBytes) {
      Segment segment;
      segment.type = *cursor.read<std::uint32_t>(swap_);
      cursor.skip(4);  // flags
      segment.offset = *cursor.read<std::uint64_t>(swap_);
      segment.address = *cursor.read<std::uint64_t>(swap_);
      cursor.skip(8);  // physical address
      segment.file_size = *cursor.read<std::uint64_t>(swap_);
      cursor.skip(16);  // size in memory, alignment
      if (!use(segment)) return;
    }
    if (table.size() < wanted) return;
  }
}

Result<> CoreElf::read_header() {
  const std::string head = bytes(0, kHeaderBytes);
  if (!intake::is_core_file(head)) return fail("it is no ELF core file");
  if (static_cast<std::uint8_t>(head[4]) != kClass64)
    return fail("it is a 32-bit core file; only 64-bit ones are read");
  const auto order = static_cast<std::uint8_t>(head[5]);
  if (order != kLittle && order != kBig) return fail("its byte order is neither of the two known");
  if (head.size() < kHeaderBytes) return fail("it is cut within its first 64 bytes");
  swap_ = is_swapped(head);
  Bytes cursor(head);
  cursor.seek(18);
  machine_ = *cursor.read<std::uint16_t>(swap_);
  cursor.seek(32);
  table_ = *cursor.read<std::uint64_t>(swap_);
  const auto sections = *cursor.read<std::uint64_t>(swap_);
  cursor.seek(54);
  const auto segment_bytes = *cursor.read<std::uint16_t>(swap_);
  count_ = *cursor.read<std::uint16_t>(swap_);
  if (count_ > 0 && segment_bytes != kSegmentBytes)
    return fail(fmt::format("its program headers have {} bytes instead of 56", segment_bytes));
  if (count_ == kManySegments) {
    const std::string section = bytes(sections, 64);
    Bytes info(section);
    info.seek(44);
    count_ = info.read<std::uint32_t>(swap_).value_or(0);
  }
  count_ = std::min(count_, kMaxSegments);
  return {};
}

Result<CoreElf> CoreElf::open(binary::Source& source) {
  CoreElf core(source);
  KM_TRY(core.read_header());
  core.each_segment([&](const Segment& segment) {
    if (segment.type == kNote && core.notes_.size() < kMaxNotes) core.notes_.push_back(segment);
    if (segment.file_size > 0 && segment.offset < UINT64_MAX - segment.file_size)
      core.expected_size_ = std::max(core.expected_size_, segment.offset + segment.file_size);
    return true;
  });
  return core;
}

std::string CoreElf::memory(std::uint64_t address, std::size_t size) const {
  std::string found;
  each_segment([&](const Segment& segment) {
    if (segment.type != kLoad || address < segment.address ||
        address - segment.address >= segment.file_size) {
      return true;
    }
    const std::uint64_t inside = address - segment.address;
    if (segment.offset < UINT64_MAX - inside) {
      found = bytes(segment.offset + inside, static_cast<std::size_t>(std::min<std::uint64_t>(
                                                 size, segment.file_size - inside)));
    }
    return false;
  });
  return found;
}

}  // namespace km::readers
