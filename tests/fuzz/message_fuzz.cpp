// A message from a kernel, in frames. Signatures are off: with them every mutation would be refused
// at the door.
#include "input.h"
#include "jupyter/message.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const km::jupyter::Signer unsigned_messages("");
  const auto frames = km::fuzz::pieces(km::fuzz::text_of(data, size), "\n--\n");
  const auto message = km::jupyter::parse_message(frames, unsigned_messages);
  if (message) {
    const auto again = km::jupyter::parse_message(
        km::jupyter::to_frames(*message, unsigned_messages), unsigned_messages);
    km::fuzz::must(again.has_value());
    km::fuzz::must(again->content == message->content);
  }
  // With a key nothing passes that was not signed with it.
  km::fuzz::must(!km::jupyter::parse_message(frames, km::jupyter::Signer("key")));
  return 0;
}
