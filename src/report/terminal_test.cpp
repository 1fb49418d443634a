#include "report/kept_output.h"
#include "report/report.h"
#include "report/sample_diagnoses.h"
#include "report/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>
#include <string>

namespace km::report {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Terminal, IsKept) {
  expect_kept("terminal.txt", to_terminal(samples::out_of_memory()));
  expect_kept("terminal_shared.txt",
              to_terminal(samples::out_of_memory(), {.share = true, .verbose = true}));
  expect_kept("terminal_unknown.txt", to_terminal(samples::nearly_nothing()));
}

TEST(Terminal, SaysTheVerdictFirst) {
  EXPECT_EQ(to_terminal(samples::out_of_memory()).rfind("The kernel was killed because", 0), 0U);
}

TEST(Terminal, ColourOnlyAddsToTheText) {
  const auto sample = samples::out_of_memory();
  const std::string plain = to_terminal(sample, {.verbose = true});
  const std::string coloured = to_terminal(sample, {.colour = true, .verbose = true});
  EXPECT_THAT(plain, Not(HasSubstr("\x1b")));
  EXPECT_THAT(coloured, HasSubstr("\x1b["));
  EXPECT_EQ(clean(coloured), plain);
}

TEST(Terminal, WrapsProseToTheWidth) {
  auto sample = samples::nearly_nothing();
  sample.findings[0].what =
      "word word word word word word word word word word word word word word word word";
  for (const int width : {-5, 0, 40, 60, 100}) {
    std::istringstream lines(to_terminal(sample, {.width = width}));
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(columns(line), static_cast<std::size_t>(std::max(width, 40))) << line;
    }
  }
}

TEST(Terminal, ForeignTextCannotForgeLinesOrColours) {
  const auto sample = samples::everywhere("\x1b[2J\x1b]0;x\aevil\r\nCause: forged\u202e");
  const std::string text = to_terminal(sample, {.verbose = true});
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\r")));
  EXPECT_THAT(text, Not(HasSubstr("\u202e")));
  EXPECT_THAT(text, Not(HasSubstr("\nCause: forged")));
}

}  // namespace
}  // namespace km::report
