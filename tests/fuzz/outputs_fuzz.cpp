// What a kernel publishes into a cell: any JSON where the protocol promises a certain one, and more
// than is kept.
#include "input.h"
#include "jupyter/outputs.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::int64_t kMost = 4096;
  km::jupyter::CellOutputs outputs(kMost);
  for (const auto& piece : km::fuzz::pieces(km::fuzz::text_of(data, size), "\n")) {
    km::jupyter::Message message;
    const auto content = km::jupyter::Json::parse(piece, nullptr, false);
    if (!content.is_object()) {
      outputs.add_stream("stdout", piece);
      continue;
    }
    const auto type = content.find("msg_type");
    if (type != content.end() && type->is_string()) message.type = type->get<std::string>();
    message.content = content;
    outputs.add(message);
  }
  km::fuzz::must(outputs.to_json().is_array());
  return 0;
}
