// Notebooks come out as they went in, and what is none is refused with advice.
#include "jupyter/notebook.h"

#include "jupyter/utf8.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>

namespace km::jupyter {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kNotebook = R"({
 "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
              "orig_nbformat": 4, "signature": "x", "custom": {"big": 123456789012345678901234567890}},
 "nbformat": 4, "nbformat_minor": 5,
 "cells": [
  {"cell_type": "markdown", "id": "a", "metadata": {}, "source": ["# Title\n", "text"],
   "attachments": {"i.png": {"image/png": "AAAA\n"}}},
  {"cell_type": "code", "id": "b", "metadata": {"tags": ["raises-exception"], "trusted": true},
   "source": "x = 1\ny = '\ud83d\ude00'", "execution_count": 3, "outputs": [
    {"output_type": "stream", "name": "stdout", "text": ["a\n", "b"]},
    {"output_type": "display_data", "metadata": {}, "data": {
      "text/plain": "p\nq", "image/svg+xml": "<svg>\n</svg>", "image/png": "AA\nBB",
      "application/json": ["a\n", "b"], "application/javascript": "1\n2"}},
    {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["a\nb"]}]}
 ]
})";

// Right: nbformat.writes(nbformat.reads(kNotebook, as_version=4)) of nbformat 5.11, and a newline.
constexpr std::string_view kWritten = R"({
 "cells": [
  {
   "attachments": {
    "i.png": {
     "image/png": "AAAA\n"
    }
   },
   "cell_type": "markdown",
   "id": "a",
   "metadata": {},
   "source": [
    "# Title\n",
    "text"
   ]
  },
  {
   "cell_type": "code",
   "execution_count": 3,
   "id": "b",
   "metadata": {
    "tags": [
     "raises-exception"
    ]
   },
   "outputs": [
    {
     "name": "stdout",
     "output_type": "stream",
     "text": [
      "a\n",
      "b"
     ]
    },
    {
     "data": {
      "application/javascript": [
       "1\n",
       "2"
      ],
      "application/json": [
       "a\n",
       "b"
      ],
      "image/png": "AA\nBB",
      "image/svg+xml": [
       "<svg>\n",
       "</svg>"
      ],
      "text/plain": [
       "p\n",
       "q"
      ]
     },
     "metadata": {},
     "output_type": "display_data"
    },
    {
     "ename": "E",
     "evalue": "v",
     "output_type": "error",
     "traceback": [
      "a\nb"
     ]
    }
   ],
   "source": [
    "x = 1\n",
    "y = '😀'"
   ]
  }
 ],
 "metadata": {
  "custom": {
   "big": 123456789012345678901234567890
  },
  "kernelspec": {
   "display_name": "Python 3",
   "language": "python",
   "name": "python3"
  }
 },
 "nbformat": 4,
 "nbformat_minor": 5
}
)";

TEST(Notebook, IsWrittenAsNbformatWrites) {
  const auto notebook = Notebook::parse(kNotebook);
  ASSERT_TRUE(notebook) << notebook.error().what;
  EXPECT_EQ(notebook->to_text(), kWritten);
  EXPECT_EQ(Notebook::parse(kWritten)->to_text(), kWritten);
}

TEST(Notebook, TellsWhatARunNeeds) {
  auto notebook = Notebook::parse(kNotebook).value();
  EXPECT_EQ(notebook.size(), 2U);
  EXPECT_FALSE(notebook.is_code(0));
  EXPECT_TRUE(notebook.is_code(1));
  EXPECT_EQ(notebook.source(0), "# Title\ntext");
  EXPECT_EQ(notebook.id(1), "b");
  EXPECT_TRUE(notebook.has_tag(1, "raises-exception"));
  EXPECT_FALSE(notebook.has_tag(1, "skip-execution"));
  EXPECT_FALSE(notebook.has_tag(0, "raises-exception"));
  EXPECT_EQ(notebook.kernel_name(), "python3");
  EXPECT_EQ(notebook.language(), "python");
  EXPECT_TRUE(notebook.has_cell_ids());
  notebook.cell(1)["outputs"] = Json::array();
  notebook.metadata()["language_info"] = {{"name", "python"}};
  EXPECT_THAT(notebook.to_text(), HasSubstr("\"outputs\": []"));
}

TEST(Notebook, WhatTheFormatAsksForIsAdded) {
  const auto notebook =
      Notebook::parse(
          R"({"nbformat":4,"nbformat_minor":5,"cells":[{"cell_type":"code"},{"cell_type":"raw","id":"x"},
              {"cell_type":"raw","id":"x"}]})")
          .value();
  EXPECT_FALSE(notebook.id(0).empty());
  EXPECT_EQ(notebook.id(1), "x");
  EXPECT_NE(notebook.id(2), "x");
  EXPECT_TRUE(notebook.cell(0)["outputs"].is_array());
  EXPECT_TRUE(notebook.cell(0)["execution_count"].is_null());
  EXPECT_FALSE(notebook.cell(1).contains("outputs"));
  EXPECT_EQ(notebook.source(0), "");
  // Before 4.5 an id would be an unknown member.
  const auto old =
      Notebook::parse(R"({"nbformat":4,"nbformat_minor":4,"cells":[{"cell_type":"raw"}]})").value();
  EXPECT_EQ(old.id(0), "");
  EXPECT_FALSE(old.has_cell_ids());
}

TEST(Notebook, RefusesWithAdvice) {
  const std::string deep = R"({"nbformat":4,"cells":)" + std::string(5000, '[');
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", "empty"},
      {"\n \t", "empty"},
      {"\xEF\xBB\xBF", "empty"},
      {"hello", "not JSON"},
      {"{\"nbformat\": 4,", "not JSON"},
      {"\xFF\xFE{", "not UTF-8 text (at byte 0)"},
      {"[]", "must be an object"},
      {"{}", "\"nbformat\""},
      {R"({"nbformat":"4"})", "\"nbformat\""},
      {R"({"nbformat":3,"worksheets":[]})", "jupyter nbconvert --to notebook"},
      {R"({"nbformat":99999999999999999999,"cells":[]})", "\"nbformat\""},
      {R"({"nbformat":5,"cells":[]})", "update kernelmedic"},
      {R"({"nbformat":4})", "\"cells\""},
      {R"({"nbformat":4,"cells":{}})", "\"cells\""},
      {R"({"nbformat":4,"cells":[{"cell_type":"code"},7]})", "cell 2"},
      {R"({"nbformat":4,"cells":[{}]})", "cell 1"},
      {deep, "nested deeper than 512"},
  };
  for (const auto& [text, part] : cases) {
    const auto notebook = Notebook::parse(text);
    ASSERT_FALSE(notebook) << text;
    EXPECT_THAT(notebook.error().what, HasSubstr(std::string(part)));
  }
}

TEST(Notebook, StrangeTypesAreCarriedNotCrashedOn) {
  const auto notebook = Notebook::parse(
      R"({"nbformat":4,"nbformat_minor":"x","metadata":[],"cells":[
          {"cell_type":"code","metadata":[],"source":7,"outputs":{"a":1},"attachments":[]},
          {"cell_type":"code","metadata":{"tags":"a"},"source":["a",1],"outputs":[7,{},{"output_type":[]},
             {"output_type":"stream","text":{}},{"output_type":"display_data","data":[]}]},
          {"cell_type":"new","source":null,"attachments":{"a":3}}]})");
  ASSERT_TRUE(notebook) << notebook.error().what;
  for (std::size_t i = 0; i < notebook->size(); ++i) {
    EXPECT_EQ(notebook->source(i), "");
    EXPECT_FALSE(notebook->has_tag(i, "a"));
  }
  EXPECT_EQ(notebook->kernel_name(), "");
  EXPECT_EQ(notebook->language(), "");
  EXPECT_TRUE(Notebook::parse(notebook->to_text()));
}

TEST(Notebook, LoneSurrogatesStayInTheFileOnly) {
  const auto notebook =
      Notebook::parse(R"({"nbformat":4,"cells":[{"cell_type":"code","source":"'\ud800'"}]})")
          .value();
  EXPECT_EQ(utf8_error(notebook.source(0)), std::string::npos);
  EXPECT_THAT(notebook.to_text(), HasSubstr(R"('\ud800')"));
}

// Any JSON inside a notebook; strings with all that may trouble a reader.
class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  std::string text() {
    static const std::vector<std::string> kPieces{"a",
                                                  "\n",
                                                  "\r\n",
                                                  "\r",
                                                  "\xC2\x85",
                                                  "\"",
                                                  "\\",
                                                  "\t",
                                                  "\xE2\x80\xA8",
                                                  "\xF0\x9F\x98\x80",
                                                  "\xC3\xA9",
                                                  "\x01",
                                                  "\x7F",
                                                  " ",
                                                  "\x0B"};
    std::string result;
    for (int i = below(8); i > 0; --i) result += kPieces[static_cast<std::size_t>(below(15))];
    return result;
  }
  Json value(int depth = 0) {
    switch (below(depth < 4 ? 8 : 6)) {
      case 0:
        return nullptr;
      case 1:
        return below(2) == 0;
      case 2:
        return std::int64_t{4'000'000'007} * static_cast<std::int32_t>(random_());
      case 3:
        return std::uniform_real_distribution<double>(-1e6, 1e6)(random_);
      case 4:
        return text();
      case 5:
        return Json::binary({'9', '9', '9', '9', '9', '9', '9', '9', '9', '9', '9',
                             '9', '9', '9', '9', '9', '9', '9', '9', '9', '9'});
      case 6: {
        Json list = Json::array();
        for (int i = below(4); i > 0; --i) list.push_back(value(depth + 1));
        return list;
      }
      default: {
        Json object = Json::object();
        for (int i = below(4); i > 0; --i) object[text()] = value(depth + 1);
        return object;
      }
    }
  }
  Json cell() {
    const bool code = below(2) == 0;
    Json cell = {{"cell_type", code ? "code" : "markdown"},
                 {"metadata", {{"any", value()}}},
                 {"source", text()}};
    if (!code) return cell;
    cell["execution_count"] = below(9);
    cell["outputs"] = Json::array(
        {{{"output_type", "stream"}, {"name", "stdout"}, {"text", text()}},
         {{"output_type", "display_data"},
          {"metadata", {{"any", value()}}},
          {"data",
           {{"text/plain", text()}, {"image/png", text()}, {"application/x+json", value()}}}},
         {{"output_type", "error"},
          {"ename", text()},
          {"evalue", text()},
          {"traceback", {text(), text()}}}});
    return cell;
  }
  int below(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }

 private:
  std::mt19937 random_;
};

// Members in one order, since the file sorts them.
std::string sorted(const Json& json) {
  JsonWriter writer(JsonWriter::Style::notebook);
  writer.value(json);
  return writer.take();
}

TEST(Notebook, NothingIsLostOnTheWayThroughText) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    Generator generator(seed);
    Json root = {{"nbformat", 4},
                 {"nbformat_minor", 4},
                 {"metadata", {{"any", generator.value()}}},
                 {"extra", generator.value()},
                 {"cells", Json::array()}};
    for (int i = generator.below(4); i > 0; --i) root["cells"].push_back(generator.cell());
    const auto notebook = Notebook::parse(to_compact_json(root));
    ASSERT_TRUE(notebook) << notebook.error().what;
    const std::string text = notebook->to_text();
    const auto again = Notebook::parse(text);
    ASSERT_TRUE(again) << again.error().what;
    EXPECT_EQ(again->to_text(), text);
    ASSERT_EQ(again->size(), root["cells"].size());
    for (std::size_t i = 0; i < again->size(); ++i) {
      EXPECT_EQ(sorted(again->cell(i)), sorted(root["cells"][i])) << "seed " << seed;
    }
    const auto whole = parse_json(text);
    EXPECT_EQ(sorted((*whole)["metadata"]), sorted(root["metadata"]));
    EXPECT_EQ(sorted((*whole)["extra"]), sorted(root["extra"]));
  }
}

}  // namespace
}  // namespace km::jupyter
