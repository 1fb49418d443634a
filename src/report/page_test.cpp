#include "report/kept_output.h"
#include "report/markup_check.h"
#include "report/report.h"
#include "report/sample_diagnoses.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

namespace km::report {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Page, IsKept) { expect_kept("page.html", to_page_html(samples::out_of_memory())); }

TEST(Page, IsWellFormedAndRunsNothing) {
  for (const auto& sample :
       {samples::out_of_memory(), samples::nearly_nothing(), samples::everywhere(kAttack)}) {
    for (const bool share : {false, true}) {
      const std::string html = to_page_html(sample, {.share = share});
      const Markup markup = read_markup(html);
      EXPECT_EQ(markup.error, "");
      for (const char* element : {"script", "iframe", "object", "link", "img"}) {
        EXPECT_EQ(markup.elements.count(element), 0U) << element;
      }
      for (const std::string& attribute : markup.attributes) {
        EXPECT_NE(attribute.rfind("on", 0), 0U) << attribute;
      }
      EXPECT_THAT(html, HasSubstr("Content-Security-Policy"));
    }
  }
}

TEST(Page, LoadsNothing) {
  const std::string html = to_page_html(samples::out_of_memory());
  EXPECT_THAT(html, Not(HasSubstr("src=")));
  EXPECT_THAT(html, Not(HasSubstr("url(")));
  EXPECT_THAT(html, Not(HasSubstr("@import")));
}

TEST(Page, SaysTheVerdictThenWhatToDoThenTheRest) {
  const std::string html = to_page_html(samples::out_of_memory());
  std::size_t last = 0;
  for (const char* part : {"<h1>The kernel was killed", "What to do", "<h2>Memory",
                           "What decided it", "The cell", "Python stack", "Last words",
                           "What could not be seen", "Other findings", "All other facts"}) {
    const std::size_t place = html.find(part);
    ASSERT_NE(place, std::string::npos) << part;
    EXPECT_GT(place, last) << part;
    last = place;
  }
  EXPECT_THAT(html, HasSubstr("prefers-color-scheme: dark"));
  EXPECT_THAT(html, HasSubstr("@media print"));
  EXPECT_THAT(html, HasSubstr("class=\"line here\""));
}

}  // namespace
}  // namespace km::report
