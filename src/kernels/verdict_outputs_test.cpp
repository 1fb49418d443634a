#include "kernels/verdict_outputs.h"

#include <gtest/gtest.h>

namespace km::kernels {
namespace {

TEST(VerdictOutputs, TheDisplayHasAllThreeForms) {
  const auto display =
      verdict_display({"<p>why</p>", "why", R"({"schema": "kernelmedic.report/1"})"});
  EXPECT_EQ(display["output_type"], "display_data");
  EXPECT_TRUE(display["metadata"].is_object());
  EXPECT_EQ(display["data"]["text/html"], "<p>why</p>");
  EXPECT_EQ(display["data"]["text/plain"], "why");
  EXPECT_EQ(display["data"]["application/vnd.kernelmedic.verdict+json"]["schema"],
            "kernelmedic.report/1");
}

TEST(VerdictOutputs, ABrokenReportIsLeftOut) {
  EXPECT_EQ(verdict_display({"a", "b", "{"})["data"].size(), 2U);
}

TEST(VerdictOutputs, AnErrorHasItsTextLineByLine) {
  const auto error = error_output("KernelDied", "out of memory", "a\n\nb\n");
  EXPECT_EQ(error["output_type"], "error");
  EXPECT_EQ(error["ename"], "KernelDied");
  EXPECT_EQ(error["evalue"], "out of memory");
  EXPECT_EQ(error["traceback"], (jupyter::Json{"a", "", "b"}));
  EXPECT_TRUE(error_output("A", "b", "")["traceback"].empty());
}

TEST(VerdictOutputs, ANoteIsEscaped) {
  const auto note = note_output("a < b & c > d");
  EXPECT_EQ(note["data"]["text/plain"], "a < b & c > d");
  EXPECT_NE(note["data"]["text/html"].get<std::string>().find("a &lt; b &amp; c &gt; d"),
            std::string::npos);
}

}  // namespace
}  // namespace km::kernels
