// An expression (the first line) and a text: a literal that was promised stands in all that
// matches.
#include "diagnosis/literals.h"
#include "input.h"

#include <algorithm>
#include <re2/re2.h>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = km::fuzz::text_of(data, size);
  const std::size_t end = std::min(input.find('\n'), input.size());
  const std::string expression(input.substr(0, std::min<std::size_t>(end, 200)));
  const std::string text(input.substr(std::min(end + 1, input.size())));
  const auto literals = km::diagnosis::literals_of(expression);
  if (!literals) return 0;
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(1 << 20);
  const re2::RE2 compiled(expression, options);
  const bool ascii = std::all_of(text.begin(), text.end(), [](char c) { return c >= 0; });
  if (!compiled.ok() || !ascii) return 0;
  km::fuzz::must(!re2::RE2::PartialMatch(text, compiled) || literals->may_match(text));
  return 0;
}
