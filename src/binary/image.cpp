// Picks the reader by magic number.
#include "binary/image.h"

#include "binary/elf.h"
#include "binary/macho.h"

namespace km::binary {

bool is_native(std::string_view beginning) { return is_elf(beginning) || is_mach_o(beginning); }

Result<std::vector<Image>> read_images(Source& source) {
  const std::string beginning = source.bytes(0, 8);
  if (is_elf(beginning)) {
    KM_ASSIGN(Image image, read_elf(source));
    return std::vector<Image>{std::move(image)};
  }
  if (is_mach_o(beginning)) return read_mach_o(source);
  if (beginning.empty()) return fail("it is empty");
  return fail("it is neither ELF nor Mach-O");
}

}  // namespace km::binary
