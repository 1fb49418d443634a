// The last words of a process: dumps and tracebacks between anything that it liked to print.
#include "evidence/python_text.h"
#include "evidence/words.h"
#include "input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string words = km::evidence::clean_words(km::fuzz::text_of(data, size));
  km::fuzz::must(words.size() <= km::evidence::kWordsBytes);
  km::fuzz::must(km::evidence::last_lines(words, km::evidence::kWordLines).size() <=
                 km::evidence::kWordLines);
  if (const auto dump = km::evidence::last_fault_dump(words)) {
    static_cast<void>(km::evidence::importing(dump->stack, "/work"));
  }
  if (const auto traceback = km::evidence::last_traceback(words)) {
    static_cast<void>(km::evidence::importing(*traceback, "/work"));
    static_cast<void>(
        km::evidence::shadowing_file(*traceback, "/work", [](const std::string&) { return true; }));
  }
  static_cast<void>(km::evidence::missing_module(words));
  return 0;
}
