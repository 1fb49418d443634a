// JSON must come out as it went in, whatever Python is able to write.
#include "jupyter/json_text.h"

#include <chrono>
#include <gtest/gtest.h>

namespace km::jupyter {
namespace {

std::string again(std::string_view text, LoneSurrogates lone = LoneSurrogates::keep) {
  auto json = parse_json(text, lone);
  return json ? to_compact_json(*json) : json.error().what;
}

TEST(JsonText, ValuesSurvive) {
  for (const std::string_view text : {
           "null",
           "true",
           "false",
           "0",
           "-5",
           "9223372036854775807",
           "18446744073709551615",
           "-9223372036854775809",
           "123456789012345678901234567890",
           "1.5",
           "0.0",
           "-0.0",
           "1e+16",
           "123456789012345.0",
           "1e-05",
           "0.0001",
           "5e-324",
           "1.7976931348623157e+308",
           "NaN",
           "Infinity",
           "-Infinity",
           R"("")",
           R"("\"\\\b\f\n\r\t\u0000\u001f")",
           R"("\ud800")",
           R"("a\udc00z")",
           "\"\xC3\xA9\xF0\x9F\x98\x80\x7f\"",
           "[]",
           "{}",
           R"([1,[2,{"b":3,"a":[]}]])",
       }) {
    EXPECT_EQ(again(text), text);
  }
}

TEST(JsonText, ReadsAsPythonReads) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {" [ 1 , 2 ]\n", "[1,2]"},
      {R"({"a":1,"b":2,"a":{"c":3}})", R"({"a":{"c":3},"b":2})"},  // the last one counts
      {R"("\ud83d\ude00\/\u00e9")", "\"\xF0\x9F\x98\x80/\xC3\xA9\""},
      {R"("\ud83d\u0041")", R"("\ud83dA")"},
      {"1E400", "Infinity"},
      {"1e2", "100.0"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(again(text), expected);
  EXPECT_EQ(again(R"("\ud800")", LoneSurrogates::replace), "\"\xEF\xBF\xBD\"");
}

TEST(JsonText, RefusesWithLineAndColumn) {
  for (const std::string_view text :
       {"",         " ",      "{",       "[",        "[1",          "[1,",
        "[1,]",     "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,}",  "{a:1}",
        "{1:2}",    "\"",     "\"\\",    "\"\\u12",  "\"\\u12g4\"", "\"\\x\"",
        "\"\x01\"", "01",     "-",       "-a",       "1.",          "1e",
        "1e+",      ".5",     "+1",      "tru",      "nul",         "Nan",
        "Inf",      "1 2",    "[] []",   "'a'",      "//",          "-Infinit"}) {
    EXPECT_FALSE(parse_json(text)) << text;
  }
  const auto error = parse_json("{\n  \"a\": 1,\n  b: 2}");
  ASSERT_FALSE(error);
  EXPECT_EQ(error.error().what, "a name in quotes is missing (line 3, column 3)");
}

TEST(JsonText, DepthHasABound) {
  const std::string open(kJsonDepth, '[');
  const std::string close(kJsonDepth, ']');
  EXPECT_TRUE(parse_json(open + close));
  const auto deeper = parse_json("[" + open + close + "]");
  ASSERT_FALSE(deeper);
  EXPECT_NE(deeper.error().what.find("nested deeper than 512"), std::string::npos);
  EXPECT_FALSE(parse_json(std::string(1'000'000, '[')));
}

TEST(JsonText, ManyMembersTakeLinearTime) {
  std::string text = "{";
  for (int i = 0; i < 200'000; ++i)
    text += '"' + std::to_string(i % 190'000) + "\":" + std::to_string(i) + ',';
  text.back() = '}';
  const auto begin = std::chrono::steady_clock::now();
  const auto json = parse_json(text);
  const auto took = std::chrono::steady_clock::now() - begin;
  ASSERT_TRUE(json);
  EXPECT_EQ(json->size(), 190'000U);
  EXPECT_EQ(json->begin().value(), 190'000);  // "0" came twice
  EXPECT_LT(took, std::chrono::seconds(20));  // looking at all members each time takes minutes
}

TEST(JsonText, WritingNeverThrows) {
  EXPECT_EQ(to_compact_json("a\xFF\xE2\x82z"), "\"a\xEF\xBF\xBD\xEF\xBF\xBDz\"");
  EXPECT_EQ(to_compact_json(Json(Json::value_t::discarded)), "null");
}

TEST(JsonText, NotebookStyleIsThatOfPython) {
  JsonWriter writer(JsonWriter::Style::notebook);
  writer.value(*parse_json(R"({"b":[],"a":{},"c":[1,{"z":null,"y":[true]}],"B":"x"})"));
  EXPECT_EQ(writer.take(),
            "{\n \"B\": \"x\",\n \"a\": {},\n \"b\": [],\n \"c\": [\n  1,\n  {\n   \"y\": [\n    "
            "true\n   ],\n   "
            "\"z\": null\n  }\n ]\n}");
}

TEST(JsonText, LinesAreThoseOfSplitlines) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", "[]"},
      {"a", R"(["a"])"},
      {"a\n", R"(["a\n"])"},
      {"a\nb", R"(["a\n","b"])"},
      {"\n\n", R"(["\n","\n"])"},
      {"a\r\nb\rc", R"(["a\r\n","b\r","c"])"},
      {"a\x0B"
       "b\x0C"
       "c\x1C"
       "d\x1D"
       "e\x1E"
       "f\x1Fg",
       R"(["a\u000b","b\f","c\u001c","d\u001d","e\u001e","f\u001fg"])"},
      {"a\xC2\x85"
       "b\xE2\x80\xA8"
       "c\xE2\x80\xA9"
       "d\xE2\x80\xA7",
       "[\"a\xC2\x85\",\"b\xE2\x80\xA8\",\"c\xE2\x80\xA9\",\"d\xE2\x80\xA7\"]"},
  };
  for (const auto& [text, expected] : cases) {
    JsonWriter writer(JsonWriter::Style::compact);
    writer.lines(text);
    EXPECT_EQ(writer.take(), expected);
  }
}

TEST(JsonText, MembersOfAnything) {
  const Json json = {{"text", "a\xFF"}, {"number", 1}};
  EXPECT_EQ(text_member(json, "text"), "a\xEF\xBF\xBD");
  EXPECT_EQ(text_member(json, "number"), "");
  EXPECT_EQ(text_member(json, "absent"), "");
  EXPECT_EQ(text_member(Json::array({1}), "text"), "");
  EXPECT_TRUE(member(Json("x"), "text").is_null());
}

}  // namespace
}  // namespace km::jupyter
