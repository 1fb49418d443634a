#include "binary/macho_file.h"

#include <algorithm>
#include <fmt/core.h>
#include <limits>

namespace km::binary {
namespace {

constexpr std::uint32_t kMagic32 = 0xfeedface;
constexpr std::uint32_t kMagic64 = 0xfeedfacf;
constexpr std::uint32_t kTwoLevel = 0x80;

constexpr std::uint32_t kMostCommands = 10'000;
constexpr std::uint32_t kMostCommandBytes = std::uint32_t{1} << 20;  // real ones have 3 KB
constexpr std::size_t kHead = 4096;
constexpr std::size_t kMostSections = 1024;

// <mach-o/loader.h>; the high bit tells an old dyld to refuse what it does not know.
constexpr std::uint32_t kRequired = 0x80000000;
constexpr std::uint32_t kSegment32 = 0x1;
constexpr std::uint32_t kSymbols = 0x2;
constexpr std::uint32_t kLoad = 0xc;
constexpr std::uint32_t kId = 0xd;
constexpr std::uint32_t kLoadWeak = 0x18 | kRequired;
constexpr std::uint32_t kSegment64 = 0x19;
constexpr std::uint32_t kRpath = 0x1c | kRequired;
constexpr std::uint32_t kSignature = 0x1d;
constexpr std::uint32_t kReexport = 0x1f | kRequired;
constexpr std::uint32_t kLoadLazy = 0x20;
constexpr std::uint32_t kDyldInfo = 0x22;
constexpr std::uint32_t kLoadUpward = 0x23 | kRequired;
constexpr std::uint32_t kMinimumMac = 0x24;
constexpr std::uint32_t kMinimumPhone = 0x25;
constexpr std::uint32_t kBuildVersion = 0x32;
constexpr std::uint32_t kExportsTrie = 0x33 | kRequired;

std::uint64_t sum(std::uint64_t a, std::uint64_t b) {
  return a > std::numeric_limits<std::uint64_t>::max() - b
             ? std::numeric_limits<std::uint64_t>::max()
             : a + b;
}

// Three numbers in one word: 0x000c0100 is 12.1.
std::string version_text(std::uint32_t packed) {
  const std::uint32_t patch = packed & 0xffU;
  const std::string text = fmt::format("{}.{}", packed >> 16U, packed >> 8U & 0xffU);
  return patch == 0 ? text : fmt::format("{}.{}", text, patch);
}

std::string platform_name(std::uint32_t number) {
  switch (number) {
    case 1:
      return "macos";
    case 2:
      return "ios";
    case 6:
      return "maccatalyst";
    default:
      return fmt::format("platform {}", number);
  }
}

std::optional<std::uint64_t> word(Bytes& bytes, bool wide, bool swap) {
  if (wide) return bytes.read<std::uint64_t>(swap);
  const auto value = bytes.read<std::uint32_t>(swap);
  return value ? std::optional<std::uint64_t>(*value) : std::nullopt;
}

// The text whose offset, from the beginning of the command, stands next.
std::string text_of(Bytes bytes, bool swap) {
  const auto offset = bytes.read<std::uint32_t>(swap);
  const auto text = offset ? bytes.c_string(*offset) : std::nullopt;
  return text ? std::string(*text) : std::string();
}

}  // namespace

std::string mach_architecture(std::uint32_t cpu_type, std::uint32_t cpu_subtype) {
  switch (cpu_type) {
    case 7:
      return "i386";
    case 12:
      return "arm";
    case 18:
      return "ppc";
    case 0x01000007:
      return "x86_64";
    case 0x0100000c:
      return (cpu_subtype & 0xffU) == 2 ? "arm64e" : "arm64";
    case 0x01000012:
      return "ppc64";
    default:
      return fmt::format("machine {}", cpu_type);
  }
}

Result<MachFile> MachFile::open(Source& source, std::uint64_t offset, std::uint64_t size) {
  MachFile file(source, offset, size);
  KM_TRY(file.read_header());
  return file;
}

std::string MachFile::bytes(std::uint64_t at, std::size_t count) const {
  if (at >= size_) return {};
  return source_->bytes(sum(offset_, at),
                        static_cast<std::size_t>(std::min<std::uint64_t>(count, size_ - at)));
}

std::string MachFile::memory(std::uint64_t address, std::size_t count) const {
  for (const MachSegment& segment : segments) {
    if (address < segment.address || address - segment.address >= segment.in_file.size) continue;
    const std::uint64_t into = address - segment.address;
    return bytes(
        sum(segment.in_file.offset, into),
        static_cast<std::size_t>(std::min<std::uint64_t>(count, segment.in_file.size - into)));
  }
  return {};
}

std::uint64_t MachFile::first_address() const {
  for (const MachSegment& segment : segments) {
    if (segment.in_file.offset == 0 && segment.in_file.size > 0) return segment.address;
  }
  return 0;
}

Result<> MachFile::read_header() {
  std::string head = bytes(0, kHead);
  Bytes header{std::string_view(head)};
  const auto magic = header.read<std::uint32_t>();
  if (!magic) return fail("its Mach-O header is cut off");
  for (const bool swapped : {false, true}) {
    const auto turned = Bytes(std::string_view(head)).read<std::uint32_t>(swapped);
    if (*turned != kMagic32 && *turned != kMagic64) continue;
    swap = swapped;
    wide = *turned == kMagic64;
  }
  const auto cpu_type = header.read<std::uint32_t>(swap);
  const auto cpu_subtype = header.read<std::uint32_t>(swap);
  const auto file_type = header.read<std::uint32_t>(swap);
  const auto count = header.read<std::uint32_t>(swap);
  const auto size = header.read<std::uint32_t>(swap);
  const auto flags = header.read<std::uint32_t>(swap);
  if (!cpu_type || !cpu_subtype || !file_type || !count || !size || !flags ||
      (wide && !header.skip(4)))
    return fail("its Mach-O header is cut off");
  architecture = mach_architecture(*cpu_type, *cpu_subtype);
  type = *file_type;
  two_level = (*flags & kTwoLevel) != 0;
  if (*count > kMostCommands || *size > kMostCommandBytes)
    return fail(fmt::format("its header tells of {} load commands in {} bytes", *count, *size));
  const std::size_t begin = header.offset();
  if (head.size() < begin + *size) head = bytes(0, begin + *size);
  if (head.size() < begin + *size)
    return fail("its load commands lie beyond its end: the file was cut off");
  return read_commands(*count, std::string_view(head).substr(begin, *size));
}

Result<> MachFile::read_commands(std::uint32_t count, std::string_view commands) {
  for (std::uint32_t i = 0; i < count; ++i) {
    Bytes next{commands};
    const auto command = next.read<std::uint32_t>(swap);
    const auto size = next.read<std::uint32_t>(swap);
    if (!command || !size || *size < 8 || *size > commands.size())
      return fail(fmt::format("its load command {} does not lie among the others", i + 1));
    Bytes bytes{commands.substr(0, *size)};
    (void)bytes.skip(8);
    read_command(*command, bytes);
    commands.remove_prefix(*size);
  }
  return {};
}

MachPart MachFile::part(Bytes& bytes) {
  const auto offset = bytes.read<std::uint32_t>(swap);
  const auto size = bytes.read<std::uint32_t>(swap);
  if (!offset || !size) return {};
  end = std::max(end, *size == 0 ? 0 : sum(*offset, *size));
  return {*offset, *size};
}

void MachFile::read_command(std::uint32_t command, Bytes bytes) {
  switch (command) {
    case kSegment32:
    case kSegment64:
      return read_segment(bytes, command == kSegment64);
    case kSymbols: {
      const auto offset = bytes.read<std::uint32_t>(swap);
      const auto count = bytes.read<std::uint32_t>(swap);
      if (!offset || !count) return;
      symbols = {*offset, *count};
      end = std::max(end, sum(*offset, std::uint64_t{*count} * (wide ? 16 : 12)));
      strings = part(bytes);
      return;
    }
    case kId:
      name = text_of(bytes, swap);
      return;
    case kLoad:
    case kLoadWeak:
    case kReexport:
    case kLoadLazy:
    case kLoadUpward:
      libraries.push_back({text_of(bytes, swap), command == kLoadWeak, command == kReexport});
      return;
    case kRpath:
      rpaths.push_back(text_of(bytes, swap));
      return;
    case kSignature:
      signature = part(bytes);
      return;
    case kDyldInfo:
    case kDyldInfo | kRequired:
      if (bytes.skip(32)) exports = part(bytes);  // behind rebase, bind, weak and lazy bind
      return;
    case kExportsTrie:
      exports = part(bytes);
      return;
    case kMinimumMac:
    case kMinimumPhone:
      platform = command == kMinimumMac ? "macos" : "ios";
      if (const auto version = bytes.read<std::uint32_t>(swap)) minimum_os = version_text(*version);
      return;
    case kBuildVersion:
      if (const auto number = bytes.read<std::uint32_t>(swap)) platform = platform_name(*number);
      if (const auto version = bytes.read<std::uint32_t>(swap)) minimum_os = version_text(*version);
      return;
    default:
      return;
  }
}

void MachFile::read_segment(Bytes bytes, bool wide_segment) {
  constexpr std::size_t kName = 16;
  (void)bytes.skip(kName);
  const auto address = word(bytes, wide_segment, swap);
  (void)word(bytes, wide_segment, swap);  // size in memory
  const auto offset = word(bytes, wide_segment, swap);
  const auto size = word(bytes, wide_segment, swap);
  (void)bytes.skip(8);  // protections
  const auto sections = bytes.read<std::uint32_t>(swap);
  if (!address || !offset || !size || !sections || !bytes.skip(4)) return;
  segments.push_back({*address, {*offset, *size}});
  if (*size > 0) end = std::max(end, sum(*offset, *size));
  for (std::uint32_t i = 0; i < std::min<std::uint32_t>(*sections, kMostSections); ++i) {
    (void)bytes.skip(2 * kName);
    (void)word(bytes, wide_segment, swap);  // address
    const auto length = word(bytes, wide_segment, swap);
    const auto at = bytes.read<std::uint32_t>(swap);
    (void)bytes.skip(12);  // alignment, relocations
    const auto flags = bytes.read<std::uint32_t>(swap);
    if (!length || !at || !flags || !bytes.skip(wide_segment ? 12 : 8)) return;
    constexpr std::uint32_t kPointers = 0x9;  // S_MOD_INIT_FUNC_POINTERS
    constexpr std::uint32_t kOffsets = 0x16;  // S_INIT_FUNC_OFFSETS
    if ((*flags & 0xffU) == kPointers) initialiser_pointers.push_back({*at, *length});
    if ((*flags & 0xffU) == kOffsets) initialiser_offsets.push_back({*at, *length});
  }
}

}  // namespace km::binary
