// The wire: whatever frames come, what is not a message of the holder of the key is passed over.
#include "input.h"
#include "proxy/comms.h"
#include "proxy/frames.h"
#include "proxy/lost_names.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto parts = km::fuzz::pieces(km::fuzz::text_of(data, size), "\n");
  const km::jupyter::Signer anybody("");
  const km::jupyter::Signer keyed("key");
  km::proxy::Comms comms;
  km::proxy::LostNames names;
  const auto frames = km::proxy::frames_of(parts);
  for (const auto* signer : {&anybody, &keyed}) {
    const auto look = km::proxy::look_at(frames, *signer);
    if (!look) continue;
    comms.saw(look->type, look->content_text);
    names.ran(look->content_text, 1);
    const auto changed = km::proxy::with_header(frames, *look, look->header, *signer);
    km::fuzz::must(km::proxy::look_at(changed, *signer).has_value());
  }
  return 0;
}
