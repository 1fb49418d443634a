// One pass over the text; the quotes are its only state.
#include "runner/shell_words.h"

#include <cstddef>
#include <optional>

namespace km::runner {

Result<std::vector<std::string>> split_words(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\n";
  constexpr std::string_view kEscapedInDouble = "\"\\$`";
  std::vector<std::string> words;
  std::optional<std::string> word;  // set from its first character or quote on: '' is a word
  char quote = '\0';
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool last = i + 1 == text.size();
    if (quote == '\0' && kBlanks.find(c) != std::string_view::npos) {
      if (word) words.push_back(*word);
      word.reset();
      continue;
    }
    if (!word) word.emplace();
    if (c == quote) {
      quote = '\0';
    } else if (quote == '\0' && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == '\\' && quote != '\'') {
      if (last) return fail("a backslash at the end has nothing to protect");
      const char next = text[i + 1];
      if (quote == '"' && kEscapedInDouble.find(next) == std::string_view::npos) *word += c;
      *word += next;
      ++i;
    } else {
      *word += c;
    }
  }
  if (quote != '\0') return fail(std::string("the quote ") + quote + " is not closed");
  if (word) words.push_back(*word);
  return words;
}

}  // namespace km::runner
