// ELF core files, whole or cut, of any machine.
#include "input.h"
#include "intake/take_in.h"
#include "readers/core_file.h"
#include "readers/readers.h"

namespace {

// Nobody may ask for what lies behind the end.
class Checked final : public km::binary::Source {
 public:
  explicit Checked(std::string_view text) : text_(text) {}
  std::uint64_t size() const override { return text_.size(); }
  std::size_t read(std::uint64_t offset, std::span<std::byte> into) override {
    km::fuzz::must(offset <= text_.size());
    return km::binary::MemorySource(text_).read(offset, into);
  }

 private:
  std::string_view text_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Checked source(km::fuzz::text_of(data, size));
  km::casefile::CaseFile out;
  const bool could = km::readers::read_core(source, "core", "core", out).has_value();
  km::fuzz::must(!could || km::intake::is_core_file(km::fuzz::text_of(data, size)));
  km::fuzz::must(could || out.facts.empty());
  return 0;
}
