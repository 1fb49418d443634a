// A native file as somebody may have it in an environment: any bytes give an answer or an error.
#include "binary/image.h"
#include "binary/initialisers.h"
#include "input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  km::binary::MemorySource source(km::fuzz::text_of(data, size));
  static_cast<void>(km::binary::read_images(source));
  static_cast<void>(km::binary::features_of_initialisers(source));
  return 0;
}
