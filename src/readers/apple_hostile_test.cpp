// Reports that are cut, damaged or made to hurt.
#include "readers/apple_report.h"
#include "readers/apple_samples.h"
#include "readers/readers.h"

#include <gtest/gtest.h>
#include <string>

namespace km::readers {
namespace {

using casefile::CaseFile;

CaseFile read(const std::string& text) {
  CaseFile out;
  read_apple_report(text, "r.ips", out);
  return out;
}

TEST(AppleHostile, KeepsWhatStandsBeforeTheCut) {
  for (const std::string& whole :
       {kTranslatedAvx, kNativeAbort, kMlxSegfault, kIntelUser, jetsam("highwater")}) {
    for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
      const CaseFile out = read(whole.substr(0, cut));
      const std::string_view kept = std::string_view(whole).substr(0, cut);
      const auto stands = [kept](std::string_view words) {
        return kept.find(words) != std::string_view::npos;
      };
      if (stands("\"type\":\"EXC_BAD_ACCESS\",\"signal\":\"SIGSEGV\"")) {
        EXPECT_EQ(out.text("exit.signal"), "SIGSEGV") << cut;
      }
      if (stands("ARM-64\",")) {
        EXPECT_EQ(out.text("python.architecture"), "arm64") << cut;
      }
    }
  }
}

TEST(AppleHostile, DoesNotTakeACutListForAWholeOne) {
  const std::size_t cut = kMlxSegfault.find("{\"source\":\"P\",\"arch\":\"x86_64\"");
  const CaseFile out = read(kMlxSegfault.substr(0, cut));
  EXPECT_TRUE(out.find("libraries.openmp").empty());
  EXPECT_TRUE(out.find("libraries.foreign_architecture").empty());
}

TEST(AppleHostile, BearsWrongTypes) {
  const CaseFile out = read(
      R"({"bug_type":"309","pid":"x","translated":[],"cpuType":7,"procName":{"a":1},"faultingThread":-1,
"exception":["type"],"termination":"none","asi":5,"threads":{"frames":1},"usedImages":[[],3,{"path":9}],
"instructionByteStream":{"atPC":"!!"}}
{"faultingThread":99999999999999999999999,"threads":[{"frames":[{"imageOffset":"a","imageIndex":1e99}]}]})");
  EXPECT_FALSE(out.text("exit.signal"));
  const CaseFile indices = read(
      R"({"threads":[{"triggered":true,"frames":[{"imageOffset":1,"imageIndex":-1},{"imageOffset":1,"imageIndex":9223372036854775807}]}],"usedImages":[]})");
  EXPECT_EQ(casefile::to_text(indices.find("crash.stack")[0]->value), "??? + 1, ??? + 1");
  const CaseFile memory = read(
      R"({"memoryStatus":{"pageSize":9223372036854775807},"largestProcess":"x","processes":[{"rpages":9223372036854775807,"reason":"highwater"}]})");
  EXPECT_FALSE(memory.number("jetsam.victim_bytes"));
  EXPECT_EQ(read("Crashed Thread: 99999999999999999999\n"
                 "Thread 999999 Crashed:\n0 a 0x0000000000000001 b + 1\n")
                .text("crash.frame"),
            "a`b + 1");
}

TEST(AppleHostile, BoundsWhatItKeeps) {
  std::string json = R"({"faultingThread":0,"threads":[{"frames":[)";
  std::string text = "Thread 0 Crashed:\n";
  for (int i = 0; i < 5000; ++i) {
    json += R"({"imageOffset":1,"symbol":")" + std::string(1000, 's') + "\"},";
    text += "1  image  0x0000000100000000 symbol + 1\n";
  }
  EXPECT_EQ(read(json).death->native_stack.size(), apple::kMaxFrames);
  EXPECT_LT(read(json).death->native_stack[0].size(), 500U);
  EXPECT_EQ(read(text).death->native_stack.size(), apple::kMaxFrames);

  std::string images = R"({"cpuType":"ARM-64","usedImages":[)";
  for (int i = 0; i < 10'000; ++i) images += R"({"path":"/a/libomp.dylib"},)";
  EXPECT_EQ(casefile::to_text(read(images + "]}").find("libraries.openmp")[0]->value),
            "/a/libomp.dylib");
  std::string messages = "Application Specific Information:\n";
  for (int i = 0; i < 1000; ++i) messages += std::string(5000, 'm') + "\n";
  EXPECT_LT(casefile::to_json(read(messages)).size(), 200'000U);
}

TEST(AppleHostile, IsLinear) {
  const std::string deep = "{\"bug_type\":\"309\",\"threads\":" + std::string(2'000'000, '[');
  read(deep);
  std::string pieces = "\"bug_type\"\n";
  for (int i = 0; i < 200'000; ++i) pieces += "{\"a\":\n\"b";
  read(pieces);
  read("EXC_X\n" + std::string(2'000'000, '{'));
  std::string line = "EXC_X ";
  for (int i = 0; i < 300'000; ++i) line += "{\"a\":1} x ";
  read(line);
  read("EXC_X\n\"" + std::string(2'000'000, '\\'));
  read("Thread 0 Crashed:\n0 " + std::string(1'000'000, ' ') + "0x" + std::string(1'000'000, '1'));
}

}  // namespace
}  // namespace km::readers
