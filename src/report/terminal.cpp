// The report as plain text: for terminals, logs and the text/plain twin of the card.
#include "report/paper.h"
#include "report/plot.h"
#include "report/report.h"
#include "report/text.h"
#include "report/view.h"

#include <algorithm>
#include <cstddef>
#include <fmt/core.h>
#include <string>
#include <string_view>
#include <vector>

namespace km::report {
namespace {

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
  std::string text;
  for (const std::string& part : parts) {
    if (!text.empty()) text += between;
    text += part;
  }
  return text;
}

// Name, value and source in columns; where they do not fit on a line, the source goes below.
void fact_table(Paper& paper, const std::vector<FactLine>& facts) {
  constexpr std::size_t kValueAtMost = 24;
  std::size_t name_width = 0;
  std::size_t value_width = 0;
  for (const FactLine& fact : facts) {
    name_width = std::max(name_width, columns(fact.name));
    if (columns(fact.value) <= kValueAtMost)
      value_width = std::max(value_width, columns(fact.value));
  }
  const auto padded = [](const std::string& text, std::size_t width) {
    return text + std::string(width - std::min(width, columns(text)), ' ');
  };
  for (const FactLine& fact : facts) {
    const std::string start = "  " + padded(fact.name, name_width) + "  ";
    const std::string source = fact.source.empty() ? "" : "(" + fact.source + ")";
    const bool one_line =
        columns(start) + std::max(columns(fact.value), value_width) + 2 + columns(source) <=
        paper.width();
    if (one_line) {
      const std::string value =
          source.empty() ? fact.value : padded(fact.value, value_width) + "  ";
      paper.line(start + value + paper.styled(source, Style::faint));
      continue;
    }
    paper.paragraph(fact.value, start);
    if (!source.empty()) paper.paragraph(source, std::string(columns(start), ' '), Style::faint);
  }
}

void quoted(Paper& paper, const std::vector<std::string>& lines) {
  for (const std::string& line : lines) {
    paper.line((line.empty() ? "  |" : "  | ") + line);
  }
}

void verdict(Paper& paper, const View& view) {
  const std::string title = fmt::format("{} ({})", view.verdict.title, view.verdict.confidence);
  for (const std::string& line : wrapped(title, paper.width())) paper.line(line, Style::alarm);
  if (!view.scene.empty()) paper.paragraph(joined(view.scene, " · "), "  ", Style::faint);
  if (!view.verdict.what.empty()) {
    paper.heading("What happened");
    paper.paragraph(view.verdict.what);
  }
  if (!view.verdict.why.empty()) {
    paper.heading("Why");
    paper.paragraph(view.verdict.why);
  }
}

void actions(Paper& paper, const View& view) {
  if (view.verdict.actions.empty() && view.loss.empty()) return;
  paper.heading("What to do");
  int count = 0;
  for (const std::string& action : view.verdict.actions) {
    paper.paragraph(action, fmt::format("  {}. ", ++count));
  }
  if (!view.loss.empty()) paper.paragraph(view.loss);
}

void evidence(Paper& paper, const View& view, const Options& options) {
  if (!view.evidence.empty()) {
    paper.heading("Evidence");
    fact_table(paper, view.evidence);
  }
  if (!view.memory_words.empty()) {
    paper.heading("Memory");
    constexpr std::size_t kBars = 60;
    const std::string bars = memory_sparkline(view.memory, std::min(kBars, paper.width() - 2));
    if (!bars.empty()) paper.line("  " + bars);
    paper.paragraph(view.memory_words);
  }
  if (!view.python_stack.empty()) {
    paper.heading("Python stack, innermost first");
    quoted(paper, view.python_stack);
  }
  if (!view.native_stack.empty()) {
    paper.heading("Native stack, innermost first");
    quoted(paper, view.native_stack);
  }
  if (!view.last_words.empty()) {
    paper.heading(view.words_title);
    quoted(paper, view.last_words);
  }
  if (options.verbose && !view.facts.empty()) {
    paper.heading("Other facts");
    fact_table(paper, view.facts);
  }
}

void rest(Paper& paper, const View& view) {
  if (!view.others.empty()) {
    paper.heading("Also possible");
    for (const FindingView& other : view.others) {
      paper.paragraph(fmt::format("{} ({})", other.title, other.confidence), "  - ");
    }
  }
  if (!view.gaps.empty()) {
    paper.heading("What could not be seen");
    for (const casefile::Gap& gap : view.gaps) {
      paper.paragraph(gap.why.empty() ? gap.what : gap.what + ": " + gap.why, "  - ");
      if (!gap.remedy.empty()) paper.paragraph(gap.remedy, "    > ");
    }
  }
  if (!view.verdict.see.empty()) {
    paper.heading("See");
    for (const std::string& see : view.verdict.see) paper.paragraph(see, "  - ");
  }
  paper.blank();
  std::string foot = "cause " + view.verdict.cause;
  if (!view.verdict.rule.empty()) foot += ", rule " + view.verdict.rule;
  if (!view.case_id.empty()) foot += ", case " + view.case_id;
  paper.paragraph(foot, "", Style::faint);
  if (!view.case_id.empty() && !view.shared) {
    paper.paragraph("As a page: `kernelmedic report " + view.case_id + " -o report.html`", "");
  }
  if (view.shared) {
    paper.paragraph("Made for others: cell code, environment values and names are left out.", "",
                    Style::faint);
  }
}

}  // namespace

std::string to_terminal(const diagnosis::Diagnosis& diagnosis, const Options& options) {
  constexpr Extent kBrief{.word_lines = 20, .list_items = 6, .frames = 12};
  constexpr Extent kVerbose{.word_lines = 200, .list_items = 200, .frames = 200};
  const View view = view_of(diagnosis, options, options.verbose ? kVerbose : kBrief);
  Paper paper(options.colour, options.width);
  verdict(paper, view);
  actions(paper, view);
  evidence(paper, view, options);
  rest(paper, view);
  return paper.take();
}

std::string to_card_text(const diagnosis::Diagnosis& diagnosis) {
  constexpr int kCardWidth = 88;  // what a cell's output shows without a scroll bar
  return to_terminal(diagnosis, {.width = kCardWidth});
}

}  // namespace km::report
