// Slices of a fat file, and the load commands of each as an image.
#include "binary/macho.h"

#include "binary/macho_file.h"

#include <fmt/core.h>

namespace km::binary {
namespace {

constexpr std::uint32_t kFat = 0xcafebabe;    // always big-endian
constexpr std::uint32_t kFat64 = 0xcafebabf;  // with 64-bit offsets
constexpr std::uint32_t kMostSlices = 64;
constexpr std::uint32_t kExecutable = 2;  // MH_EXECUTE

constexpr bool kSwapBigEndian = std::endian::native == std::endian::little;

std::optional<std::uint32_t> big_word(std::string_view beginning, std::size_t at) {
  Bytes bytes{beginning};
  return bytes.seek(at) ? bytes.read<std::uint32_t>(kSwapBigEndian) : std::nullopt;
}

// A Java class file has the same magic number, and where the count of slices stands its version:
// 45 and more.
bool is_fat(std::string_view beginning) {
  const auto magic = big_word(beginning, 0);
  const auto count = big_word(beginning, 4);
  return magic && count && (*magic == kFat || *magic == kFat64) && *count < 45;
}

Result<Image> read_slice(Source& source, std::uint64_t offset, std::uint64_t size) {
  KM_ASSIGN(MachFile file, MachFile::open(source, offset, size));
  Image image;
  image.format = Format::mach_o;
  image.architecture = file.architecture;
  image.executable = file.type == kExecutable;
  image.name = file.name;
  for (MachLibrary& library : file.libraries)
    image.needed.push_back({std::move(library.name), library.optional, library.reexported});
  image.search_paths = std::move(file.rpaths);
  image.platform = file.platform;
  image.minimum_os = file.minimum_os;
  image.signature = file.signature.size > 0;
  image.offset = offset;
  image.ends_at = offset + file.end;
  return image;
}

}  // namespace

bool is_mach_o(std::string_view beginning) {
  const auto magic = big_word(beginning, 0);
  if (!magic) return false;
  for (const std::uint32_t thin : {0xfeedfaceU, 0xfeedfacfU, 0xcefaedfeU, 0xcffaedfeU}) {
    if (*magic == thin) return true;
  }
  return is_fat(beginning);
}

Result<std::vector<Image>> read_mach_o(Source& source) {
  std::vector<Image> images;
  constexpr std::size_t kHead = 8 + kMostSlices * 32;
  const std::string head = source.bytes(0, kHead);
  if (!is_fat(head)) {
    KM_ASSIGN(Image image, read_slice(source, 0, source.size()));
    images.push_back(std::move(image));
    return images;
  }
  const bool wide = *big_word(head, 0) == kFat64;
  const std::uint32_t count = *big_word(head, 4);
  if (count == 0) return fail("it is a fat file without slices");
  Bytes table{std::string_view(head)};
  (void)table.skip(8);
  for (std::uint32_t i = 0; i < count; ++i) {
    const bool skipped = table.skip(8);  // CPU type and subtype stand in the slice, too
    const auto read = [&]() -> std::optional<std::uint64_t> {
      if (wide) return table.read<std::uint64_t>(kSwapBigEndian);
      const auto value = table.read<std::uint32_t>(kSwapBigEndian);
      return value ? std::optional<std::uint64_t>(*value) : std::nullopt;
    };
    const auto offset = read();
    const auto size = read();
    if (!skipped || !offset || !size || !table.skip(wide ? 8 : 4))
      return fail("its table of slices is cut off");
    if (*offset > source.size() || *size > source.size() - *offset)
      return fail(fmt::format("its slice {} lies beyond its end: the file was cut off", i + 1));
    KM_ASSIGN(Image image, read_slice(source, *offset, *size));
    images.push_back(std::move(image));
  }
  return images;
}

}  // namespace km::binary
