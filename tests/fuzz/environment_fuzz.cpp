// A text about a machine, as anybody may paste it: every fact is declared and has its place, and
// reading the text twice adds no contradiction to itself.
#include "evidence/compat.h"
#include "input.h"
#include "readers/readers.h"
#include "readers/whole_excerpt.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto excerpt = km::readers::whole_excerpt(km::fuzz::text_of(data, size), "text");
  km::casefile::CaseFile file;
  km::readers::read_environment(excerpt, file);
  for (const km::casefile::Fact& fact : file.facts) {
    km::fuzz::must(km::casefile::is_declared(fact.name));
    km::fuzz::must(fact.source.starts_with("text"));
  }
  km::evidence::add_compat(file);
  return 0;
}
