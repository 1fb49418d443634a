// What is a character, and what comes in its place where none is.
#include "jupyter/utf8.h"

#include <gtest/gtest.h>

namespace km::jupyter {
namespace {

TEST(Utf8, ReplacesAsPythonDoes) {
  // Right: bytes.decode("utf-8", "replace") of CPython 3.11.
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"plain \xC3\xA9 \xF0\x9F\x98\x80", "plain \xC3\xA9 \xF0\x9F\x98\x80"},
      {"\xFF", "\xEF\xBF\xBD"},
      {"a\x80z", "a\xEF\xBF\xBDz"},
      {"\xE2\x82", "\xEF\xBF\xBD"},                                              // cut short: one
      {"\xE2\x82z", "\xEF\xBF\xBDz"},                                            //
      {"\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD"},                                  // overlong
      {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},                  // a surrogate
      {"\xF4\x90\x80\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},  // too large
      {"\xF0\x9F\x98", "\xEF\xBF\xBD"},
      {"", ""},
  };
  for (const auto& [text, clean] : cases) {
    EXPECT_EQ(clean_utf8(text), clean);
    EXPECT_EQ(utf8_error(text) == std::string_view::npos, text == clean);
    EXPECT_EQ(utf8_error(clean_utf8(text)), std::string_view::npos);
  }
}

TEST(Utf8, CutsBetweenCharacters) {
  const std::string_view text = "a\xF0\x9F\x98\x80z";
  EXPECT_EQ(utf8_cut(text, 0), 0U);
  EXPECT_EQ(utf8_cut(text, 1), 1U);
  EXPECT_EQ(utf8_cut(text, 2), 1U);
  EXPECT_EQ(utf8_cut(text, 4), 1U);
  EXPECT_EQ(utf8_cut(text, 5), 5U);
  EXPECT_EQ(utf8_cut(text, 99), 6U);
  // Bytes that never begin a character are cut anywhere rather than nowhere.
  EXPECT_EQ(utf8_cut(std::string(100, '\x80'), 50), 50U);
}

}  // namespace
}  // namespace km::jupyter
