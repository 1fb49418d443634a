#include "report/report.h"
#include "report/sample_diagnoses.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace km::report {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Checkup, SaysTheWorstFirstAndTheCountLast) {
  const std::string text = checkup_to_terminal(samples::checkup());
  EXPECT_THAT(text, HasSubstr("[✗] Installed libraries need"));
  EXPECT_THAT(text, HasSubstr("[!] Files of the working folder hide modules"));
  EXPECT_LT(text.find("[✗]"), text.find("[!]"));
  EXPECT_LT(text.find("[!]"), text.find("[✓]"));
  EXPECT_TRUE(text.ends_with("Found 1 thing that ends a kernel, and 1 that may.\n")) << text;
}

TEST(Checkup, TellsCommandsEvidenceAndWhatIsFine) {
  const std::string text = checkup_to_terminal(samples::checkup());
  EXPECT_THAT(text, HasSubstr("→ Type `conda install tensorflow`."));
  EXPECT_THAT(text, HasSubstr("found by: native files"));
  EXPECT_THAT(text, HasSubstr("[✓] Native files: "));
  EXPECT_THAT(text, Not(HasSubstr("[✓] Processor")));  // it is blamed
  EXPECT_THAT(text, Not(HasSubstr("[✓] Packages")));   // nobody looked
  EXPECT_THAT(text, HasSubstr("[✓] Does it start? Python 3.11.7"));
  EXPECT_THAT(text, HasSubstr("[-] Does a sum on the GPU work? no GPU is visible"));
  EXPECT_THAT(text, HasSubstr("[-] the GPU driver: there is no NVIDIA library"));
}

TEST(Checkup, SaysWhenNothingWasFound) {
  Checkup healthy = samples::checkup();
  healthy.diagnosis.findings.clear();
  healthy.deadly.clear();
  EXPECT_THAT(checkup_to_terminal(healthy),
              HasSubstr("Nothing was found that would end a kernel."));
}

TEST(Checkup, LetsNoForeignTextThrough) {
  EXPECT_THAT(checkup_to_terminal(samples::checkup()), Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace km::report
