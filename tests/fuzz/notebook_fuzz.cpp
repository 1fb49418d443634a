// A notebook file: whatever is accepted can be walked cell by cell, written, and read again.
#include "input.h"
#include "jupyter/notebook.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto notebook = km::jupyter::Notebook::parse(km::fuzz::text_of(data, size));
  if (!notebook) return 0;
  for (std::size_t cell = 0; cell < notebook->size(); ++cell) {
    static_cast<void>(notebook->is_code(cell));
    static_cast<void>(notebook->source(cell));
    static_cast<void>(notebook->id(cell));
    static_cast<void>(notebook->has_tag(cell, "raises-exception"));
  }
  static_cast<void>(notebook->kernel_name());
  static_cast<void>(notebook->language());
  km::fuzz::must(km::jupyter::Notebook::parse(notebook->to_text()).has_value());
  return 0;
}
