// JSON as people hand it in, and what is told of it.
#include "readers/apple_json_scan.h"

#include <gtest/gtest.h>
#include <string>

namespace km::readers::apple {
namespace {

class Recorder : public JsonEvents {
 public:
  void scalar(std::string_view path, const JsonScalar& value) override {
    told += std::string(path) + "=" + value.text + ";";
  }
  void opened(std::string_view) override { ++open; }
  void closed(std::string_view, bool was_cut) override {
    --open;
    cut += was_cut ? 1 : 0;
  }
  std::string told;
  int open = 0;
  int cut = 0;
};

std::string told(std::string_view text) {
  Recorder recorder;
  scan_json(text, 0, recorder);
  EXPECT_EQ(recorder.open, 0);
  return recorder.told;
}

TEST(AppleJsonScan, NamesThePathOfEachValue) {
  EXPECT_EQ(told(R"({"a":{"b":[1,{"c":"x"},[true]]},"d":null})"),
            "a.b[]=1;a.b[].c=x;a.b[][]=true;d=null;");
  EXPECT_EQ(told(R"({"p":"\/bin\/sleep","u":"\u00e4\n\ud800"})"), "p=/bin/sleep;u=\u00e4\n\ufffd;");
}

TEST(AppleJsonScan, TellsWhatStandsBeforeTheEnd) {
  EXPECT_EQ(told(R"({"a":{"b":[1,"tw)"), "a.b[]=1;a.b[]=tw;");
  Recorder recorder;
  scan_json(R"({"a":[1],"b":[2)", 0, recorder);
  EXPECT_EQ(recorder.cut, 2);
}

TEST(AppleJsonScan, ReadsPieces) {
  EXPECT_EQ(told("\"exception\" : {\"type\":\"T\"},\n\"pid\" : 5"), "exception.type=T;pid=5;");
  EXPECT_EQ(told(R"({"s":"f"},{"s":"g"})"), "s=f;s=g;");
  EXPECT_EQ(told("{\"a\":1,\n...\n\"b\":2}"), "a=1;b=2;");
  EXPECT_EQ(told("{\"a\":\"a text with a\nline break\"}"), "a=a text with a\nline break;");
  EXPECT_EQ(told("{\"a\":\"its end was left out\n  \"b\" : 2}"), "a=its end was left out;b=2;");
}

TEST(AppleJsonScan, EndsWhereProseBegins) {
  const auto rest = [](std::string_view text) {
    Recorder recorder;
    return std::string(text.substr(scan_json(text, 0, recorder)));
  };
  EXPECT_EQ(rest("{\"a\":1}\nand then"), "and then");
  EXPECT_EQ(rest("{\"a\":1} \"quoted\""), "\"quoted\"");
  std::string prose;
  for (int i = 0; i < 100; ++i) prose += "word ";
  EXPECT_EQ(rest("{\"a\":{\n" + prose), prose);
  EXPECT_EQ(rest("}"), "");
  EXPECT_EQ(rest("prose"), "rose");  // always moves on
}

TEST(AppleJsonScan, BearsHostileText) {
  EXPECT_EQ(told(std::string(200'000, '[')), "");
  EXPECT_EQ(told(std::string(1000, '{') + "\"a\":1" + std::string(2000, '}')), "");
  EXPECT_EQ(told("{\"\":\"\",\"a\":\"\\u12"), "=;a=12;");
  EXPECT_EQ(told(std::string("{\"a\0b\":\"c\0d\"}", 13)), std::string("a\0b=c\0d;", 8));
  EXPECT_LT(told("{\"a\":\"" + std::string(1'000'000, 'x') + "\"}").size(), 70'000U);
}

}  // namespace
}  // namespace km::readers::apple
