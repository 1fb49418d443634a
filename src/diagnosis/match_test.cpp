// The logic table, and every kind of comparison against a fact that holds, does not hold, is not
// there, or was never looked for.
#include "diagnosis/match.h"

#include "diagnosis/condition_file.h"
#include "diagnosis/diagnose.h"

#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

namespace km::diagnosis {
namespace {

using casefile::CaseFile;

const std::string kFile = "test.toml";

Condition condition(const std::string& text) {
  const auto toml = TomlTable::parse(kFile, "when = " + text);
  EXPECT_TRUE(toml) << toml.error().what;
  if (!toml) return {};
  auto parsed = parse_condition(TomlTable(kFile, *(*toml)["when"].as_table(), "when"));
  EXPECT_TRUE(parsed) << text << ": " << parsed.error().what;
  return parsed ? *std::move(parsed) : Condition{};
}

CaseFile some_case() {
  CaseFile casefile;
  casefile.add("exit.signal", std::string("SIGKILL"), "t");
  casefile.add("memory.last_bytes", std::int64_t{95}, "t");
  casefile.add("memory.limit_bytes", std::int64_t{100}, "t");
  casefile.add("memory.pressure_percent", 12.5, "t");
  casefile.add("kernel.ready", true, "t");
  casefile.add("cpu.lacks", std::vector<std::string>{"avx", "fma"}, "t");
  casefile.add("words.line", std::vector<std::string>{"first", "Aborted: bad thing"}, "t");
  casefile.none("oom.report", "t");
  casefile.none("cgroup.limit_bytes", "t");
  return casefile;
}

Outcome outcome(const std::string& text) { return evaluate(condition(text), some_case(), nullptr); }

TEST(Match, ComparisonsAreThreeValued) {
  const auto yes = Outcome::match;
  const auto no = Outcome::no_match;
  const auto unknown = Outcome::unknown;
  const std::vector<std::pair<std::string, Outcome>> cases{
      {R"({fact = "exit.signal", equals = "SIGKILL"})", yes},
      {R"({fact = "exit.signal", equals = "SIGSEGV"})", no},
      {R"({fact = "exit.signal", equals = 9})", no},
      {R"({fact = "exit.code", equals = 3})", unknown},
      {R"({fact = "oom.report", equals = "x"})", no},
      {R"({fact = "kernel.ready", equals = true})", yes},
      {R"({fact = "kernel.ready", equals = false})", no},
      {R"({fact = "memory.last_bytes", equals = 95})", yes},
      {R"({fact = "memory.last_bytes", equals = 95.0})", yes},
      {R"({fact = "cpu.lacks", equals = "fma"})", yes},
      {R"({fact = "exit.signal", one_of = ["SIGTERM", "SIGKILL"]})", yes},
      {R"({fact = "exit.signal", one_of = ["SIGTERM"]})", no},
      {R"({fact = "exit.code", one_of = [1, 2]})", unknown},
      {R"({fact = "words.line", matches = "^Abort"})", yes},
      {R"({fact = "words.line", matches = "^thing"})", no},
      {R"({fact = "kernel.ready", matches = "yes"})", no},
      {R"({fact = "python.fatal_error", matches = "x"})", unknown},
      {R"({fact = "oom.report", matches = ""})", no},
      {R"({fact = "memory.last_bytes", at_least = 95})", yes},
      {R"({fact = "memory.last_bytes", at_least = 95.5})", no},
      {R"({fact = "memory.last_bytes", at_most = 95})", yes},
      {R"({fact = "memory.last_bytes", at_most = 94})", no},
      {R"({fact = "memory.pressure_percent", at_least = 12})", yes},
      {R"({fact = "memory.peak_bytes", at_most = 1})", unknown},
      {R"({fact = "exit.signal", at_least = 1})", unknown},
      {R"({fact = "oom.report", at_least = 1})", no},
      {R"({fact = "memory.last_bytes", at_least = 0.9, of = "memory.limit_bytes"})", yes},
      {R"({fact = "memory.last_bytes", at_least = 0.96, of = "memory.limit_bytes"})", no},
      {R"({fact = "memory.last_bytes", at_least = 0.9, of = "cgroup.limit_bytes"})", no},
      {R"({fact = "memory.last_bytes", at_least = 0.9, of = "memory.host_total_bytes"})", unknown},
      {R"({fact = "cpu.lacks", count_at_least = 2})", yes},
      {R"({fact = "cpu.lacks", count_at_least = 3})", no},
      {R"({fact = "oom.report", count_at_least = 1})", no},
      {R"({fact = "python.packages", count_at_least = 1})", unknown},
      {R"({fact = "exit.signal", present = true})", yes},
      {R"({fact = "exit.signal", present = false})", no},
      {R"({fact = "oom.report", present = true})", no},
      {R"({fact = "oom.report", present = false})", yes},
      {R"({fact = "exit.code", present = false})", unknown},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(outcome(text), expected) << text;
}

TEST(Match, GroupsFollowKleene) {
  const std::string yes = R"({fact = "kernel.ready", equals = true})";
  const std::string no = R"({fact = "kernel.ready", equals = false})";
  const std::string unknown = R"({fact = "exit.code", equals = 1})";
  struct Row {
    std::string a, b;
    Outcome all, any, none;
  };
  const auto m = Outcome::match;
  const auto n = Outcome::no_match;
  const auto u = Outcome::unknown;
  const std::vector<Row> table{{yes, yes, m, m, n},    {yes, unknown, u, m, n},
                               {yes, no, n, m, n},     {unknown, unknown, u, u, u},
                               {unknown, no, n, u, u}, {no, no, n, n, m}};
  for (const auto& row : table) {
    for (const auto& pair : {row.a + ", " + row.b, row.b + ", " + row.a}) {
      EXPECT_EQ(outcome("{all = [" + pair + "]}"), row.all) << pair;
      EXPECT_EQ(outcome("{any = [" + pair + "]}"), row.any) << pair;
      EXPECT_EQ(outcome("{none = [" + pair + "]}"), row.none) << pair;
    }
  }
  EXPECT_EQ(outcome("{all = [" + yes + "], none = [" + no + "]}"), m)
      << "groups side by side: all of them";
  EXPECT_EQ(outcome("{all = [" + yes + "], none = [" + unknown + "]}"), u);
}

TEST(Match, TellsWhatDecided) {
  std::vector<std::string> because{"exit.signal"};
  const auto both = condition(
      R"({all = [{fact = "exit.signal", equals = "SIGKILL"},
                 {fact = "memory.last_bytes", at_least = 0.9, of = "memory.limit_bytes"}], )"
      R"(any = [{fact = "cpu.lacks", equals = "avx"}, {fact = "exit.code", equals = 1}], )"
      R"(none = [{fact = "oom.report", present = true}, {fact = "words.line", matches = "xyz"}]})");
  EXPECT_EQ(evaluate(both, some_case(), &because), Outcome::match);
  EXPECT_EQ(because, (std::vector<std::string>{"exit.signal", "memory.last_bytes",
                                               "memory.limit_bytes", "cpu.lacks", "oom.report"}));
  because.clear();
  EXPECT_EQ(evaluate(condition(R"({fact = "exit.code", equals = 1})"), some_case(), &because),
            Outcome::unknown);
  EXPECT_TRUE(because.empty());
}

TEST(Match, KeepsTheWordsThatWereFound) {
  const auto words = [](const std::string& text) {
    Trace trace;
    EXPECT_EQ(evaluate_traced(condition(text), some_case(), trace), Outcome::match);
    return trace.words;
  };
  EXPECT_EQ(words(R"t({fact = "words.line", matches = "Aborted: (.*)"})t"), "bad thing");
  EXPECT_EQ(words(R"t({fact = "words.line", matches = "Aborted: bad"})t"), "Aborted: bad");
  EXPECT_EQ(words(R"t({fact = "words.line", matches = "Aborted|x(y)"})t"), "Aborted");
}

}  // namespace
}  // namespace km::diagnosis
