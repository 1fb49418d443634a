// Broken rule files: each error names file, line and field, so that a rule's author can repair it
// at once.
#include "diagnosis/rule_file.h"

#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

namespace km::diagnosis {
namespace {

const std::string kGood =
    "id = \"memory/x\"\n"                                  // line 1
    "cause = \"disk_full\"\n"                              // 2
    "title = \"T {exit.signal}\"\n"                        // 3
    "weight = \"likely\"\n"                                // 4
    "rank = 70\n"                                          // 5
    "over = [\"unknown\"]\n"                               // 6
    "[when]\n"                                             // 7
    "all = [\n"                                            // 8
    "  {fact = \"exit.signal\", equals = \"SIGKILL\"},\n"  // 9
    "]\n"                                                  // 10
    "[say]\n"                                              // 11
    "what = \"w\"\n"                                       // 12
    "why = \"y\"\n"                                        // 13
    "do = [\"d\", {text = \"apt\", on = \"linux\"}]\n"     // 14
    "see = [\"signal(7)\"]\n";                             // 15

RuleText file(std::string text) { return {"r/memory/x.toml", "memory/x", std::move(text), false}; }

std::string with(const std::string& from, const std::string& to) {
  std::string text = kGood;
  const auto place = text.find(from);
  EXPECT_NE(place, std::string::npos) << from;
  return place == std::string::npos ? text : text.replace(place, from.size(), to);
}

TEST(ParseRule, ReadsEveryField) {
  const auto rule = parse_rule(file(kGood));
  ASSERT_TRUE(rule) << rule.error().what;
  EXPECT_EQ(rule->id, "memory/x");
  EXPECT_EQ(rule->weight, Confidence::likely);
  EXPECT_EQ(rule->rank, 70);
  EXPECT_EQ(rule->over, std::vector<std::string>{"unknown"});
  EXPECT_EQ(rule->when.kind, Condition::Kind::all);
  ASSERT_EQ(rule->say.actions.size(), 2U);
  EXPECT_EQ(rule->say.actions[1].on, "linux");
  EXPECT_FALSE(rule->stronger_when);
}

TEST(ParseRule, ErrorsNameFileLineAndField) {
  const std::string comparison = "{fact = \"exit.signal\", equals = \"SIGKILL\"}";
  const std::vector<std::pair<std::string, std::string>> cases{
      {"id = ", "r/memory/x.toml:1: not TOML: "},
      {"", "r/memory/x.toml:1: id: missing"},
      {with("memory/x", "memory/y"),
       "r/memory/x.toml:1: id: \"memory/y\" differs from the file's place, \"memory/x\""},
      {with("disk_full", "disk_ful"),
       "r/memory/x.toml:2: cause: \"disk_ful\" is not a known cause"},
      {with("title = \"T {exit.signal}\"", "title = 3"),
       "r/memory/x.toml:3: title: expected a text"},
      {with("T {exit.signal}", ""), "r/memory/x.toml:3: title: empty"},
      {with("{exit.signal}", "{exit.sig}"),
       "r/memory/x.toml:3: title: {exit.sig} is not a known fact"},
      {with("\"likely\"", "\"sure\""),
       "r/memory/x.toml:4: weight: \"sure\" is not one of certain, likely, possible"},
      {with("70", "101"), "r/memory/x.toml:5: rank: expected 0 to 100"},
      {with("70", "\"x\""), "r/memory/x.toml:5: rank: expected a whole number"},
      {with("[\"unknown\"]", "[\"nobody\"]"),
       "r/memory/x.toml:6: over: \"nobody\" is not a known cause"},
      {with("[\"unknown\"]", "[1]"), "r/memory/x.toml:6: over: expected a list of texts"},
      {with("rank", "wrank"),
       "r/memory/x.toml:5: wrank: unknown field; known here: id, cause, title, weight, rank, over, "
       "when, "
       "stronger_when, weaker_when, say"},
      {with("[when]", "[whne]"), "r/memory/x.toml:1: when: missing"},
      {with("exit.signal\"", "exit.sgnal\""),
       "r/memory/x.toml:9: when.all[0].fact: \"exit.sgnal\" is not a known fact; did you mean "
       "\"exit.signal\"?"},
      {with("exit.signal\"", "moon.phase\""),
       "r/memory/x.toml:9: when.all[0].fact: \"moon.phase\" is not a known fact"},
      {with("equals =", "equal ="),
       "r/memory/x.toml:9: when.all[0].fact: exactly one of equals, one_of, matches, at_least, "
       "at_most, "
       "count_at_least, present must stand beside it"},
      {with("equals = \"SIGKILL\"", "equals = \"SIGKILL\", present = true"),
       "r/memory/x.toml:9: when.all[0].fact: exactly one of equals, one_of, matches, at_least, "
       "at_most, "
       "count_at_least, present must stand beside it"},
      {with("equals = \"SIGKILL\"", "equals = \"SIGKILL\", nocase = true"),
       "r/memory/x.toml:9: when.all[0].nocase: unknown field; known here: fact, equals, one_of, "
       "matches, "
       "at_least, at_most, count_at_least, present, of"},
      {with("equals = \"SIGKILL\"", "matches = \"[a\""),
       "r/memory/x.toml:9: when.all[0].matches: missing ]: [a"},
      {with("equals = \"SIGKILL\"", "one_of = []"),
       "r/memory/x.toml:9: when.all[0].one_of: expected a list that is not empty"},
      {with("equals = \"SIGKILL\"", "equals = [1]"),
       "r/memory/x.toml:9: when.all[0].equals: expected a text, a number, true or false"},
      {with("equals = \"SIGKILL\"", "equals = 1, of = \"exit.code\""),
       "r/memory/x.toml:9: when.all[0].of: stands only beside at_least or at_most"},
      {with("equals = \"SIGKILL\"", "at_least = \"9\""),
       "r/memory/x.toml:9: when.all[0].at_least: expected a number"},
      {with(comparison, "3"), "r/memory/x.toml:8: when.all: expected a table at [0]"},
      {with(comparison, "{}"), "r/memory/x.toml:9: when.all[0]: expected fact, all, any or none"},
      {with("  " + comparison + ",\n", ""),
       "r/memory/x.toml:8: when.all: an empty list decides nothing"},
      {with("what = \"w\"\n", ""), "r/memory/x.toml:11: say.what: missing"},
      {with("[\"d\", {text = \"apt\", on = \"linux\"}]", "[]"),
       "r/memory/x.toml:14: say.do: expected a list that is not empty"},
      {with("\"linux\"", "\"amiga\""),
       "r/memory/x.toml:14: say.do[1].on: \"amiga\" is not one of linux, macos, windows, pip, "
       "conda, uv"},
      {with("\"d\"", "1"), "r/memory/x.toml:14: say.do: [0]: expected a text or {text, on}"},
      {with("\"d\"", "\"`ls\""), "r/memory/x.toml:14: say.do: [0]: a backtick without its partner"},
  };
  for (const auto& [text, error] : cases) {
    const auto rule = parse_rule(file(text));
    ASSERT_FALSE(rule) << text;
    if (error.ends_with(": ")) {
      EXPECT_EQ(rule.error().what.substr(0, error.size()), error);
    } else {
      EXPECT_EQ(rule.error().what, error);
    }
  }
}

TEST(ParseRule, DepthAndSizeAreBounded) {
  std::string deep = "{fact = \"exit.signal\", equals = \"x\"}";
  for (int i = 0; i < 9; ++i) deep = "{all = [" + deep + "]}";
  const auto nested =
      parse_rule(file(with("{fact = \"exit.signal\", equals = \"SIGKILL\"}", deep)));
  ASSERT_FALSE(nested);
  EXPECT_NE(nested.error().what.find("nested deeper than 8"), std::string::npos)
      << nested.error().what;
  EXPECT_FALSE(parse_rule(file(std::string(100'000, '['))));
  const auto huge = parse_rule(file(std::string(300'000, ' ')));
  ASSERT_FALSE(huge);
  EXPECT_EQ(huge.error().what, "r/memory/x.toml: larger than 256 KiB");
}

TEST(ParseRule, EveryCutAndEveryFlippedByteIsTakenWithoutHarm) {
  for (std::size_t size = 0; size < kGood.size(); ++size) {
    static_cast<void>(parse_rule(file(kGood.substr(0, size))));
    auto flipped = kGood;
    flipped[size] = static_cast<char>(flipped[size] ^ 0x80);
    EXPECT_FALSE(parse_rule(file(flipped))) << size;
  }
}

TEST(ParseRuleCases, ReadsFactsOfEveryKind) {
  const auto cases = parse_rule_cases({"x.test.toml", "x", R"(
[[case]]
name = "one"
expect = "match"
confidence = "certain"
verdict = "disk_full"
[case.facts]
"exit.signal" = "SIGKILL"
"exit.code" = 3
"exit.cpu_seconds" = 1.5
"kernel.ready" = true
"cpu.lacks" = ["avx"]
"oom.report" = {none = true}
)",
                                       true});
  ASSERT_TRUE(cases) << cases.error().what;
  const auto& one = cases->at(0);
  EXPECT_EQ(one.expect, Outcome::match);
  EXPECT_EQ(one.confidence, Confidence::certain);
  EXPECT_EQ(one.verdict, "disk_full");
  EXPECT_EQ(one.where, "x.test.toml:2");
  EXPECT_EQ(one.casefile.facts.size(), 6U);
  EXPECT_EQ(one.casefile.find("oom.report").at(0)->value, casefile::Value(casefile::NotThere{}));
}

TEST(ParseRuleCases, ErrorsNameFileLineAndField) {
  const std::string head = "[[case]]\nname = \"n\"\n";
  const std::vector<std::pair<std::string, std::string>> cases{
      {"case = 3", "x.test.toml:1: case: expected a list of tables"},
      {"[[cases]]", "x.test.toml:1: cases: unknown field; known here: case"},
      {head, "x.test.toml:1: case[0].expect: missing"},
      {head + "expect = \"maybe\"",
       "x.test.toml:3: case[0].expect: \"maybe\" is not one of match, no-match, unknown"},
      {head + "expect = \"match\"", "x.test.toml:1: case[0].facts: missing"},
      {head + "expect = \"match\"\nfacts = {exit.signal = \"X\"}",
       "x.test.toml:4: case[0].facts.exit: not a known fact (the name must be quoted)"},
      {head + "expect = \"match\"\nfacts = {\"exit.signal\" = 1979-05-27}",
       "x.test.toml:4: case[0].facts.exit.signal: expected a text, a number, true, false, a list "
       "of texts or "
       "{none = true}"},
      {head + "expect = \"no-match\"\nconfidence = \"likely\"\nfacts = {}",
       "x.test.toml:4: case[0].confidence: only a match has one"},
  };
  for (const auto& [text, error] : cases) {
    const auto parsed = parse_rule_cases({"x.test.toml", "x", text, true});
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().what, error);
  }
}

}  // namespace
}  // namespace km::diagnosis
