// The case file's JSON: nothing is lost on the way out and in, and hostile input gets a sentence.
#include "casefile/casefile.h"

#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace km::casefile {
namespace {

CaseFile full_case() {
  CaseFile casefile;
  casefile.id = "20261124-161701-4711";
  casefile.subject = "kernel";
  casefile.add("exit.signal", std::string("SIGKILL"), "wait status");
  casefile.add("cgroup.oom_kills", std::int64_t{1}, "memory.events");
  casefile.add("memory.pressure_percent", 2.0, "PSI");
  casefile.add("kernel.ready", true, "shell channel");
  casefile.add("cpu.lacks", std::vector<std::string>{"avx", "fma"}, "CPUID");
  casefile.none("oom.report", "/dev/kmsg");
  casefile.gap("the kernel log", "not permitted", "sudo dmesg");
  casefile.last_words = "Fatal \xc3\xa4\n\x1b[0m";
  Death death;
  death.pid = 4711;
  death.time = "2026-11-24T16:17:01Z";
  death.signal = "SIGKILL";
  death.cell = Cell{"abc", 3, 2, std::nullopt, "x = 1\n"};
  death.python_stack = {"a.py:1 in f"};
  death.memory.limit_bytes = std::int64_t{2} << 30;
  death.memory.series = {{0.05, 10}, {0.1, 20}};
  death.memory.cells = {{0.06, "cell 1"}};
  casefile.death = death;
  return casefile;
}

TEST(Json, RoundTripLosesNothing) {
  const auto text = to_json(full_case());
  const auto back = from_json(text);
  ASSERT_TRUE(back) << back.error().what;
  EXPECT_EQ(to_json(*back), text);
  EXPECT_EQ(back->facts.size(), 6U);
  EXPECT_EQ(back->facts[2].value, Value(2.0)) << "a fraction stays a fraction";
  EXPECT_EQ(back->facts[5].value, Value(NotThere{}));
  ASSERT_TRUE(back->death);
  EXPECT_FALSE(back->death->exit_code);
  ASSERT_TRUE(back->death->cell);
  EXPECT_FALSE(back->death->cell->line);
  EXPECT_EQ(back->death->memory.series.at(1).used_bytes, 20);
}

TEST(Json, BytesThatAreNoTextAndNumbersThatAreNoneStillGiveJson) {
  CaseFile casefile;
  casefile.last_words = std::string("\xff\xfe\x00 end", 7);
  casefile.add("exit.cpu_seconds", std::numeric_limits<double>::infinity(), "rusage");
  const auto back = from_json(to_json(casefile));
  ASSERT_TRUE(back) << back.error().what;
  EXPECT_NE(back->last_words.find("end"), std::string::npos);
  EXPECT_EQ(back->facts.at(0).value, Value(NotThere{}));
}

TEST(Json, NewerFieldsAndFactNamesAreTolerated) {
  const auto back = from_json(R"({"schema": "kernelmedic.case/1", "future": {"a": [1]},
      "facts": [{"name": "moon.phase", "value": 0.5, "source": "sky", "trust": 1}]})");
  ASSERT_TRUE(back) << back.error().what;
  EXPECT_EQ(back->facts.at(0).name, "moon.phase");
  EXPECT_FALSE(back->death);
}

TEST(Json, RefusalsNameTheField) {
  const std::string head = R"({"schema": "kernelmedic.case/1", )";
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", "not a case file: it is not JSON, or cut off"},
      {"{", "not a case file: it is not JSON, or cut off"},
      {"[]", "not a case file: the file: expected an object"},
      {"{}", "not a case file: schema: expected \"kernelmedic.case/1\", found \"\""},
      {R"({"schema": "kernelmedic.case/2"})",
       "not a case file: schema: expected \"kernelmedic.case/1\", found \"kernelmedic.case/2\""},
      {R"({"schema": 1})", "not a case file: schema: expected a text"},
      {head + R"("facts": {}})", "not a case file: facts: expected a list"},
      {head + R"("facts": [1]})", "not a case file: facts[0]: expected an object"},
      {head + R"("facts": [{"value": 1}]})", "not a case file: facts[0].name: expected a text"},
      {head + R"("facts": [{"name": "exit.code", "value": {}}]})",
       "not a case file: facts[0].value: expected null, true, false, a number, a text or a list of "
       "texts"},
      {head + R"("facts": [{"name": "cpu.lacks", "value": ["avx", 2]}]})",
       "not a case file: facts[0].value[1]: expected a text"},
      {head + R"("facts": [{"name": "exit.code", "value": 9223372036854775808}]})",
       "not a case file: facts[0].value: expected a whole number below 2^63"},
      {head + R"("death": {"cell": {"index": 99999999999}}})",
       "not a case file: death.cell.index: expected a whole number below 2^31"},
      {head + R"("death": {"memory": {"series": [[1]]}}})",
       "not a case file: death.memory.series[0]: expected [seconds, bytes]"},
      {head + R"("death": {"pid": 1e400}})", "not a case file: it is not JSON, or cut off"},
      {head + R"("last_words": "\ud800"})", "not a case file: it is not JSON, or cut off"},
  };
  for (const auto& [text, error] : cases) {
    const auto back = from_json(text);
    ASSERT_FALSE(back) << text;
    EXPECT_EQ(back.error().what, error) << text;
  }
}

TEST(Json, DepthAndSizeAreBounded) {
  const std::string deep(1'000'000, '[');
  const auto brackets = from_json(deep);
  ASSERT_FALSE(brackets);
  const auto hidden = from_json(R"({"schema": "kernelmedic.case/1", "x": )" +
                                std::string(5000, '[') + std::string(5000, ']') + "}");
  ASSERT_FALSE(hidden);
  EXPECT_EQ(hidden.error().what, "not a case file: it is nested too deeply");
  const auto huge = from_json(std::string((std::size_t{64} << 20U) + 1, ' '));
  ASSERT_FALSE(huge);
  EXPECT_EQ(huge.error().what, "not a case file: it is larger than 64 MiB");
}

TEST(Json, EveryCutOfAGoodFileIsRefusedWithoutHarm) {
  const auto text = to_json(full_case());
  for (std::size_t size = 0; size + 2 < text.size(); ++size) {
    EXPECT_FALSE(from_json(std::string_view(text).substr(0, size))) << size;
  }
}

}  // namespace
}  // namespace km::casefile
