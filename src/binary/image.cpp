// Picks the reader by magic number.
#include "binary/image.h"

#include "binary/elf.h"

namespace km::binary {

bool is_native(std::string_view beginning) { return is_elf(beginning); }

Result<std::vector<Image>> read_images(Source& source) {
  const std::string beginning = source.bytes(0, 8);
  if (is_elf(beginning)) {
    KM_ASSIGN(Image image, read_elf(source));
    return std::vector<Image>{std::move(image)};
  }
  if (beginning.empty()) return fail("it is empty");
  return fail("it is no ELF file");
}

}  // namespace km::binary
