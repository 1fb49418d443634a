#include "binary/elf_file.h"

#include <algorithm>
#include <bit>
#include <fmt/core.h>
#include <limits>

namespace km::binary {
namespace {

constexpr std::size_t kHeaderBytes = 64;      // in 64 bit
constexpr std::uint16_t kMostSegments = 512;  // real files have about 12
constexpr std::size_t kMostDynamicBytes = std::size_t{64} * 1024;
constexpr std::size_t kMostNoteBytes = std::size_t{16} * 1024;
constexpr std::size_t kMostPathBytes = 4096;

constexpr std::uint32_t kLoad = 1;
constexpr std::uint32_t kDynamic = 2;
constexpr std::uint32_t kInterpreter = 3;
constexpr std::uint32_t kNote = 4;
constexpr std::uint32_t kGnuProperty = 0x6474e553;
constexpr std::uint64_t kStringTable = 5;
constexpr std::uint64_t kStringTableSize = 10;

// An address or offset: 4 or 8 bytes.
std::optional<std::uint64_t> word(Bytes& bytes, bool wide, bool swap) {
  if (wide) return bytes.read<std::uint64_t>(swap);
  const auto value = bytes.read<std::uint32_t>(swap);
  return value ? std::optional<std::uint64_t>(*value) : std::nullopt;
}

std::uint64_t sum(std::uint64_t a, std::uint64_t b) {
  return a > std::numeric_limits<std::uint64_t>::max() - b
             ? std::numeric_limits<std::uint64_t>::max()
             : a + b;
}

std::uint64_t aligned(std::uint64_t value, std::uint64_t to) { return (value + to - 1) / to * to; }

}  // namespace

Result<ElfFile> ElfFile::open(Source& source) {
  ElfFile file(source);
  KM_TRY(file.read_header());
  KM_TRY(file.read_dynamic());
  return file;
}

Result<> ElfFile::read_header() {
  const std::string raw = source_->bytes(0, kHeaderBytes);
  Bytes header{std::string_view(raw)};
  constexpr std::size_t kIdentity = 16;
  const auto identity = header.take(kIdentity);
  if (!identity || !header.left()) return fail("its ELF header is cut off");
  const auto width = std::to_integer<int>((*identity)[4]);
  const auto order = std::to_integer<int>((*identity)[5]);
  if (width != 1 && width != 2) return fail(fmt::format("its ELF header has the class {}", width));
  if (order != 1 && order != 2)
    return fail(fmt::format("its ELF header has the byte order {}", order));
  wide_ = width == 2;
  swap_ = (order == 1) != (std::endian::native == std::endian::little);
  const auto type = header.read<std::uint16_t>(swap_);
  const auto machine = header.read<std::uint16_t>(swap_);
  const bool skipped = header.skip(4);  // e_version
  const auto entry = word(header, wide_, swap_);
  const auto table = word(header, wide_, swap_);
  const auto sections = word(header, wide_, swap_);
  const bool skipped_flags = header.skip(6);  // e_flags, e_ehsize
  const auto size = header.read<std::uint16_t>(swap_);
  const auto count = header.read<std::uint16_t>(swap_);
  if (!type || !machine || !skipped || !entry || !table || !sections || !skipped_flags || !size ||
      !count)
    return fail("its ELF header is cut off");
  type_ = *type;
  machine_ = *machine;
  return read_segments(*table, *size, *count);
}

Result<> ElfFile::read_segments(std::uint64_t table, std::uint16_t size, std::uint16_t count) {
  const std::uint16_t least = wide_ ? 56 : 32;
  if (count == 0) return fail("it has no program headers");
  if (size < least || count > kMostSegments)
    return fail(fmt::format("its header tells of {} program headers of {} bytes", count, size));
  const std::string raw = source_->bytes(table, std::size_t{size} * count);
  if (raw.size() < std::size_t{size} * count)
    return fail("its program headers lie beyond its end: the file was cut off");
  for (std::uint16_t i = 0; i < count; ++i) {
    Bytes one{std::string_view(raw).substr(std::size_t{i} * size, size)};
    const auto type = one.read<std::uint32_t>(swap_);
    if (wide_) (void)one.skip(4);  // p_flags; behind the sizes in 32 bit
    const auto offset = word(one, wide_, swap_);
    const auto address = word(one, wide_, swap_);
    (void)word(one, wide_, swap_);  // p_paddr
    const auto file_size = word(one, wide_, swap_);
    if (!type || !offset || !address || !file_size) return fail("its program headers are cut off");
    segments_.push_back({*type, *offset, *address, *file_size});
    if (*file_size > 0) expected_size_ = std::max(expected_size_, sum(*offset, *file_size));
    if (*type == kInterpreter)
      interpreter_ = std::string(
          source_
              ->bytes(*offset,
                      static_cast<std::size_t>(std::min<std::uint64_t>(*file_size, kMostPathBytes)))
              .c_str());
  }
  return {};
}

Result<> ElfFile::read_dynamic() {
  const auto segment = std::find_if(segments_.begin(), segments_.end(), [](const ElfSegment& one) {
    return one.type == kDynamic && one.file_size > 0;
  });
  if (segment == segments_.end()) return {};
  const std::string raw = source_->bytes(
      segment->offset,
      static_cast<std::size_t>(std::min<std::uint64_t>(segment->file_size, kMostDynamicBytes)));
  Bytes entries{std::string_view(raw)};
  while (true) {
    const auto tag = word(entries, wide_, swap_);
    const auto value = word(entries, wide_, swap_);
    if (!tag || !value) break;
    if (*tag == 0) return {};
    dynamic_.emplace_back(*tag, *value);
  }
  if (raw.size() < segment->file_size && segment->file_size <= kMostDynamicBytes)
    return fail("its dynamic section lies beyond its end: the file was cut off");
  return {};
}

std::uint64_t ElfFile::dynamic_value(std::uint64_t tag) const {
  for (const auto& [known, value] : dynamic_) {
    if (known == tag) return value;
  }
  return 0;
}

std::string ElfFile::memory(std::uint64_t address, std::size_t size) {
  for (const ElfSegment& segment : segments_) {
    if (segment.type != kLoad || address < segment.address) continue;
    const std::uint64_t into = address - segment.address;
    if (into >= segment.file_size) continue;
    return source_->bytes(
        sum(segment.offset, into),
        static_cast<std::size_t>(std::min<std::uint64_t>(size, segment.file_size - into)));
  }
  return {};
}

std::string ElfFile::string_bytes(std::uint64_t offset, std::size_t size) {
  const std::uint64_t table = dynamic_value(kStringTable);
  const std::uint64_t limit = dynamic_value(kStringTableSize);
  if (table == 0 || offset >= limit) return {};
  return memory(sum(table, offset),
                static_cast<std::size_t>(std::min<std::uint64_t>(size, limit - offset)));
}

std::vector<std::pair<std::uint32_t, std::uint32_t>> ElfFile::gnu_properties() {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> found;
  for (const ElfSegment& segment : segments_) {
    // Files of newer linkers have both, with the same bytes.
    if (segment.type != kNote && segment.type != kGnuProperty) continue;
    const std::string raw = source_->bytes(
        segment.offset,
        static_cast<std::size_t>(std::min<std::uint64_t>(segment.file_size, kMostNoteBytes)));
    Bytes notes{std::string_view(raw)};
    const std::uint64_t step = wide_ ? 8 : 4;
    while (notes.left() >= 12) {
      const auto name_size = notes.read<std::uint32_t>(swap_);
      const auto content_size = notes.read<std::uint32_t>(swap_);
      const auto type = notes.read<std::uint32_t>(swap_);
      const auto name = notes.take(aligned(*name_size, 4));
      const std::size_t begin = notes.offset();
      const auto content = notes.take(*content_size);
      if (!type || !name || !content) break;
      (void)notes.seek(std::min<std::uint64_t>(begin + aligned(*content_size, 4), notes.size()));
      constexpr std::uint32_t kPropertyNote = 5;
      if (*type != kPropertyNote || *name_size != 4 || std::memcmp(name->data(), "GNU", 4) != 0)
        continue;
      Bytes properties(*content);
      while (properties.left() >= 8) {
        const auto property = properties.read<std::uint32_t>(swap_);
        const auto size = properties.read<std::uint32_t>(swap_);
        const std::size_t at = properties.offset();
        const auto value = properties.read<std::uint32_t>(swap_);
        if (!property || !size || !value) break;
        found.emplace_back(*property, *value);
        if (!properties.seek(at + aligned(*size, step))) break;
      }
      (void)notes.seek(std::min<std::uint64_t>(begin + aligned(*content_size, step), notes.size()));
    }
    if (!found.empty()) break;
  }
  return found;
}

}  // namespace km::binary
