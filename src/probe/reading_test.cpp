#include "probe/reading.h"

#include <gtest/gtest.h>

namespace km::probe {
namespace {

TEST(Told, IsTheLastWholeLine) {
  const auto told = last_told(
      "banner\nkernelmedic: {\"says\": \"first\"}\nnoise\nkernelmedic: {\"says\": \"second\"}\n"
      "more noise\nkernelmedic: {\"says\": \"cu");
  ASSERT_TRUE(told);
  EXPECT_EQ(jupyter::text_member(*told, "says"), "second");
}

TEST(Told, IsNothingWhereNothingWasTold) {
  EXPECT_FALSE(last_told(""));
  EXPECT_FALSE(last_told("kernelmedic: 3\nkernelmedic: \nsays kernelmedic: {}\n"));
}

TEST(StuckAt, IsTheMainThreadsInnermostFrame) {
  EXPECT_EQ(stuck_at("hello\nTimeout (0:00:29)!\nThread 0x00007f01 (most recent call first):\n"
                     "  File \"/lib/threading.py\", line 331 in wait\n"
                     "  File \"/lib/threading.py\", line 629 in wait\n\n"
                     "Thread 0x00007f02 (most recent call first):\n"
                     "  File \"/x/numpy/__init__.py\", line 12 in <module>\n"
                     "  File \"<string>\", line 3 in <module>\n"),
            "/x/numpy/__init__.py:12 in <module>");
  EXPECT_EQ(stuck_at("nothing of the kind"), "");
  EXPECT_EQ(stuck_at("Timeout (0:00:29)!\nThread 0x1 (most recent call first):\n  File \"cut"), "");
}

TEST(LastLine, IsTheException) {
  EXPECT_EQ(last_line("Traceback (most recent call last):\n  File \"a\"\nImportError: no\n\n"),
            "ImportError: no");
  EXPECT_EQ(last_line("\n\n"), "");
}

Answer read(std::string_view json, int exit_code, std::string_view err = "") {
  const auto told = jupyter::parse_json(json);
  return read_told(told ? std::optional(*told) : std::nullopt, exit_code, err);
}

TEST(Answers, AreReadFromWhatWasTold) {
  EXPECT_EQ(read(R"({"says": "fine"})", 0).outcome, Outcome::passed);
  EXPECT_EQ(read(R"({"says": "fine"})", 0).says, "fine");
  EXPECT_EQ(read(R"({"failed": "ImportError: x"})", 1).outcome, Outcome::failed);
  EXPECT_EQ(read(R"({"failed": "ImportError: x"})", 1).says, "ImportError: x");
  EXPECT_EQ(read(R"({"failed": "the sum is wrong"})", 0).outcome, Outcome::failed);
  EXPECT_EQ(read(R"({"skipped": "no GPU is visible"})", 0).outcome, Outcome::skipped);
  EXPECT_EQ(read(R"({"says": "fine", "gpus": 2})", 0).data, R"({"says":"fine","gpus":2})");
}

TEST(Answers, AnEndWithoutOneIsAFailure) {
  const auto silent = read("", 0);
  EXPECT_EQ(silent.outcome, Outcome::failed);
  EXPECT_EQ(silent.says, "it ended without an answer, exit status 0");
  const auto crooked = read(R"({"says": "halfway"})", 3, "Traceback\nSystemExit: 3\n");
  EXPECT_EQ(crooked.outcome, Outcome::failed);
  EXPECT_EQ(crooked.says, "SystemExit: 3 (exit status 3)");
}

TEST(Answers, AreOneShortLine) {
  const auto answer = read(R"({"says": "a\nb)" + std::string(2000, 'x') + R"("})", 0);
  EXPECT_EQ(answer.says.find('\n'), std::string::npos);
  EXPECT_LT(answer.says.size(), 500U);
}

}  // namespace
}  // namespace km::probe
