// A file of a Mac as somebody may have it in an environment: any bytes give an answer or an error.
#include "binary/initialisers.h"
#include "binary/macho.h"
#include "binary/plugin_match.h"
#include "input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace km::binary;
  MemorySource source(km::fuzz::text_of(data, size));
  const auto images = read_mach_o(source);
  if (!images) return 0;
  static_cast<void>(features_of_initialisers(source));
  for (const Image& image : *images) {
    static_cast<void>(mach_o_imports(source, image));
    static_cast<void>(
        mach_o_exports(source, image, std::vector<std::string>{"_own", "_passed_on", "____"}));
    const HostImage host{&source, &images->back()};
    static_cast<void>(missing_symbols(source, image, std::span(&host, 1)));
  }
  return 0;
}
