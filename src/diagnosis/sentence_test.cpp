// Facts in sentences: readable, bounded, and harmless where people copy a command.
#include "diagnosis/sentence.h"

#include <cmath>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

namespace km::diagnosis {
namespace {

casefile::CaseFile some_case() {
  casefile::CaseFile casefile;
  casefile.add("exit.signal", std::string("SIGKILL"), "t");
  casefile.add("memory.limit_bytes", std::int64_t{2} << 30, "t");
  casefile.add("cpu.lacks", std::vector<std::string>{"avx", "fma"}, "t");
  casefile.add("kernel.argv",
               std::vector<std::string>{"/my env/python", "-m", "ipykernel_launcher"}, "t");
  casefile.add("python.missing_module", std::string("x; rm -rf 'a` b"), "t");
  casefile.add("python.error_text", std::string("line one\nline two"), "t");
  casefile.add("exit.uptime_seconds", 60.14159, "t");
  casefile.add("exit.cpu_seconds", 0.00712, "t");
  casefile.none("oom.report", "t");
  return casefile;
}

TEST(Fill, PutsFactsInPlace) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"plain", "plain"},
      {"by {exit.signal}.", "by SIGKILL."},
      {"limit {memory.limit_bytes}", "limit 2 GiB"},
      {"lacks {cpu.lacks}", "lacks avx, fma"},
      {"`pip install {cpu.lacks}`", "`pip install avx fma`"},
      {"{cpu.lacks[0]}", "avx"},
      {"{python.stack[0]|not told}", "not told"},
      {"{exit.uptime_seconds} s, {exit.cpu_seconds} s", "60.1 s, 0.007 s"},
      {"{exit.code}", "unknown"},
      {"{exit.code|no code}", "no code"},
      {"{exit.code|}", ""},
      {"{oom.report|nothing}", "nothing"},
      {"says: {words}", "says: boom"},
      {"{{not}} {exit.signal}", "{not} SIGKILL"},
      {"{python.error_text}", "line one line two"},
      {"started as {kernel.argv}", "started as /my env/python -m ipykernel_launcher"},
      {"`{kernel.argv}`", "`'/my env/python' -m ipykernel_launcher`"},
      {"`pip install {python.missing_module}` now {exit.signal}",
       "`pip install 'x; rm -rf '\\''a b'` now SIGKILL"},
      {"open {exit.signal", "open {exit.signal"},
  };
  for (const auto& [sentence, filled] : cases)
    EXPECT_EQ(fill(sentence, some_case(), "boom"), filled) << sentence;
}

TEST(Fill, CutsLongValuesBetweenCharacters) {
  casefile::CaseFile casefile;
  std::string umlauts;
  for (int i = 0; i < 1000; ++i) umlauts += "\xc3\xa4";
  casefile.add("oom.report", "x" + umlauts, "t");
  casefile.add("python.packages", std::vector<std::string>(20, "f"), "t");
  const auto text = fill("{oom.report}", casefile, "");
  EXPECT_EQ(text.size(), 299U + 3U);
  EXPECT_TRUE(text.ends_with("\xc3\xa4..."));
  EXPECT_EQ(fill("{python.packages}", casefile, ""), "f, f, f, f, f, f, f, f and 12 more");
}

TEST(SizeText, ReadsWell) {
  const std::vector<std::pair<double, std::string>> cases{{0, "0 bytes"},
                                                          {17, "17 bytes"},
                                                          {1024, "1 KiB"},
                                                          {1536, "1.5 KiB"},
                                                          {512.0 * (1 << 20), "512 MiB"},
                                                          {std::ldexp(3.0, 61), "6144 PiB"}};
  for (const auto& [bytes, text] : cases) EXPECT_EQ(size_text(bytes), text);
}

TEST(CheckSentence, FindsWhatCannotBeFilled) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"{exit.sgnal}", "{exit.sgnal} is not a known fact"},
      {"{}", "{} is not a known fact"},
      {"a { b", "a single brace; write {{ or }} where a brace is meant"},
      {"a } b", "a single brace; write {{ or }} where a brace is meant"},
      {"type `ls", "a backtick without its partner"},
  };
  for (const auto& [sentence, error] : cases) {
    const auto good = check_sentence(sentence);
    ASSERT_FALSE(good) << sentence;
    EXPECT_EQ(good.error().what, error);
  }
  EXPECT_TRUE(check_sentence("{{}} {exit.signal} {words} {exit.code|x} `ls`"));
}

}  // namespace
}  // namespace km::diagnosis
