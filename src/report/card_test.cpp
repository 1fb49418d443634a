#include "report/kept_output.h"
#include "report/markup_check.h"
#include "report/report.h"
#include "report/sample_diagnoses.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <regex>
#include <set>
#include <string>

namespace km::report {
namespace {

using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;

// What JupyterLab 4's sanitizer lets through of the elements and attributes that a card may want.
const std::set<std::string> kElements{
    "a",   "b",    "code",   "details", "div",   "em",    "img", "li", "ol", "p",
    "pre", "span", "strong", "summary", "table", "tbody", "td",  "tr", "ul"};
const std::set<std::string> kAttributes{"alt", "href", "rel", "src", "style", "title"};

TEST(Card, IsKept) {
  expect_kept("card.html", to_card_html(samples::out_of_memory()) + '\n');
  expect_kept("card.txt", to_card_text(samples::out_of_memory()));
}

TEST(Card, UsesOnlyWhatTheSanitizerKeeps) {
  for (const auto& sample :
       {samples::out_of_memory(), samples::nearly_nothing(), samples::everywhere(kAttack)}) {
    const std::string html = to_card_html(sample);
    const Markup markup = read_markup(html);
    EXPECT_EQ(markup.error, "");
    EXPECT_THAT(kElements, IsSupersetOf(markup.elements));
    EXPECT_THAT(kAttributes, IsSupersetOf(markup.attributes));
    EXPECT_THAT(html, Not(HasSubstr("var(")));
    EXPECT_THAT(html, Not(HasSubstr("file:")));
    EXPECT_THAT(html, Not(HasSubstr("display: flex")));
  }
}

TEST(Card, SaysEverythingItMust) {
  const auto sample = samples::out_of_memory();
  for (const std::string& card : {to_card_html(sample), to_card_text(sample)}) {
    for (const char* part :
         {"certain", "reached its memory limit", "Linux then killed it", "The host itself still",
          "--memory-limit 4G", "variables are gone", "cgroup.oom_kills", "memory.peak of",
          "cpu_allocator_impl", "reading /dev/kmsg", "random_ops.py:96", "Somebody sent SIGKILL",
          "the limit is 2.0 GiB"}) {
      std::string flat = std::regex_replace(card, std::regex("\n +"), " ");
      EXPECT_THAT(flat, HasSubstr(part));
    }
  }
  EXPECT_THAT(to_card_html(sample), HasSubstr("src=\"data:image/svg+xml;base64,"));
  EXPECT_THAT(to_card_html(sample), HasSubstr("alt=\"Memory plot. From 58.0 MiB"));
}

TEST(Card, DoesNotMournVariablesThatNeverWere) {
  auto sample = samples::out_of_memory();
  sample.casefile.subject = "program";
  EXPECT_THAT(to_card_text(sample), Not(HasSubstr("variables")));
  sample.casefile.subject = "kernel";
  sample.casefile.death->cell.reset();  // it died before its first answer
  EXPECT_THAT(to_card_text(sample), Not(HasSubstr("variables")));
  sample.casefile.add("kernel.ready", true, "kernel_info_reply");
  EXPECT_THAT(to_card_text(sample), HasSubstr("variables"));
}

}  // namespace
}  // namespace km::report
