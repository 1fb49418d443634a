#include "report/view.h"

#include "report/plot.h"
#include "report/share.h"
#include "report/text.h"

#include <algorithm>
#include <cstddef>
#include <fmt/core.h>
#include <string_view>
#include <variant>

namespace km::report {
namespace {

constexpr std::size_t kWordsBytes = std::size_t{64} * 1024;
constexpr std::size_t kCodeLines = 400;

std::string_view meaning_of(std::string_view name) {
  for (const casefile::FactName& known : casefile::fact_names()) {
    // Without the examples that follow the sentence: beside a value they would read like another
    // value.
    if (known.name == name) return known.meaning.substr(0, known.meaning.find(": \""));
  }
  return {};
}

FactLine line_of(const casefile::Fact& fact, const Extent& extent) {
  FactLine line;
  line.name = clean_line(fact.name);
  line.value = human_value(fact.name, fact.value, extent.list_items);
  line.source = clean_line(fact.source);
  line.meaning = meaning_of(fact.name);
  if (std::holds_alternative<std::int64_t>(fact.value)) {
    const std::string exact = casefile::to_text(fact.value);
    if (exact != line.value) line.exact = exact;
  }
  return line;
}

std::vector<std::string> clean_lines(const std::vector<std::string>& texts, std::size_t at_most) {
  std::vector<std::string> lines;
  for (const std::string& text : texts) {
    if (lines.size() == at_most) {
      lines.push_back(fmt::format("and {} more", texts.size() - at_most));
      break;
    }
    lines.push_back(clean_line(text));
  }
  return lines;
}

FindingView finding_view(const diagnosis::Finding& finding) {
  const std::vector<std::string>& see = finding.see;
  return {clean_line(finding.title),    std::string(diagnosis::to_string(finding.confidence)),
          clean_line(finding.cause),    clean_line(finding.what),
          clean_line(finding.why),      clean_lines(finding.actions, finding.actions.size()),
          clean_lines(see, see.size()), clean_line(finding.rule)};
}

std::string cell_words(const casefile::Cell& cell) {
  std::string words = cell.index ? fmt::format("cell {}", *cell.index) : "a cell";
  if (cell.execution_count) words += fmt::format(", In [{}]", *cell.execution_count);
  if (cell.line) words += fmt::format(", line {}", *cell.line);
  return words;
}

std::vector<std::string> scene_of(const casefile::CaseFile& casefile) {
  std::vector<std::string> scene;
  if (!casefile.death) return scene;
  const casefile::Death& death = *casefile.death;
  if (death.pid) scene.push_back(fmt::format("{} {}", clean_line(casefile.subject), *death.pid));
  if (death.cell) scene.push_back(cell_words(*death.cell));
  if (!death.signal.empty()) {
    scene.push_back(clean_line(death.signal));
  } else if (death.exit_code) {
    scene.push_back(fmt::format("exit code {}", *death.exit_code));
  }
  if (!death.time.empty()) scene.push_back(human_time(death.time));
  return scene;
}

std::string loss_of(const casefile::CaseFile& casefile) {
  if (casefile.subject != "kernel" || !casefile.death) return {};
  const bool worked = casefile.death->cell || casefile.flag("kernel.ready").value_or(false);
  if (!worked) return {};  // it never held a variable
  return "The kernel's variables are gone. Once the cause is dealt with, run the notebook again "
         "from the top: "
         "Kernel > Restart Kernel and Run All Cells.";
}

// Evidence from files has no last words: of its lines those that tell were kept, one fact each.
bool is_handed_in(const casefile::CaseFile& casefile) {
  return casefile.last_words.empty() && casefile.subject == "evidence";
}

Tail words_of(const casefile::CaseFile& casefile, const Extent& extent) {
  if (!casefile.last_words.empty())
    return tail_of(casefile.last_words, extent.word_lines, kWordsBytes);
  std::string text;
  for (const casefile::Fact* fact : casefile.find("words.line")) {
    if (const auto* line = std::get_if<std::string>(&fact->value)) {
      text += fmt::format("{}: {}\n", fact->source, *line);
    }
    if (const auto* lines = std::get_if<std::vector<std::string>>(&fact->value)) {
      for (const std::string& line : *lines) text += line + '\n';
    }
  }
  return tail_of(text, extent.word_lines, kWordsBytes);
}

void place_facts(const diagnosis::Diagnosis& diagnosis, const Extent& extent, View& view) {
  const std::vector<std::string>& because = diagnosis.verdict().because;
  bool words_decided = false;
  for (const casefile::Fact& fact : diagnosis.casefile.facts) {
    const bool decided = std::find(because.begin(), because.end(), fact.name) != because.end();
    if (fact.name == "words.line") {  // shown as last words, where they can be read
      words_decided = words_decided || decided;
      continue;
    }
    (decided ? view.evidence : view.facts).push_back(line_of(fact, extent));
  }
  // The rule names its facts in the order of its thought; the case file holds them as they were
  // found.
  std::stable_sort(view.evidence.begin(), view.evidence.end(),
                   [&](const FactLine& a, const FactLine& b) {
                     return std::find(because.begin(), because.end(), a.name) <
                            std::find(because.begin(), because.end(), b.name);
                   });
  if (words_decided) {
    const bool handed_in = is_handed_in(diagnosis.casefile);
    view.evidence.push_back({"words.line",
                             handed_in ? "see the lines that tell" : "see the last words",
                             {},
                             handed_in ? "the files" : "fd 1 and 2",
                             std::string(meaning_of("words.line"))});
  }
}

void place_death(const casefile::Death& death, const Extent& extent, View& view) {
  view.memory = death.memory;
  view.memory_words = memory_sentence(death.memory);
  view.python_stack = clean_lines(death.python_stack, extent.frames);
  view.native_stack = clean_lines(death.native_stack, extent.frames);
  if (!death.cell || death.cell->source.empty()) return;
  view.cell_code = tail_of(death.cell->source, kCodeLines, kWordsBytes).lines;
  const bool whole = std::count(death.cell->source.begin(), death.cell->source.end(), '\n') <
                     1 + static_cast<std::ptrdiff_t>(view.cell_code.size());
  const int line = death.cell->line.value_or(0);
  if (whole && line > 0 && static_cast<std::size_t>(line) <= view.cell_code.size())
    view.cell_line = line;
}

View whole_view(const diagnosis::Diagnosis& diagnosis, const Extent& extent) {
  View view;
  const casefile::CaseFile& casefile = diagnosis.casefile;
  view.verdict = finding_view(diagnosis.verdict());
  for (std::size_t i = 1; i < diagnosis.findings.size(); ++i) {
    view.others.push_back(finding_view(diagnosis.findings[i]));
  }
  view.scene = scene_of(casefile);
  view.loss = loss_of(casefile);
  place_facts(diagnosis, extent, view);
  if (casefile.death) place_death(*casefile.death, extent, view);
  Tail words = words_of(casefile, extent);
  view.last_words = std::move(words.lines);
  if (is_handed_in(casefile)) {
    view.words_title = words.cut ? "Lines that tell (the last of them)" : "Lines that tell";
  } else {
    view.words_title = words.cut ? "Last words (the end of what it wrote)" : "Last words";
  }
  for (const casefile::Gap& gap : casefile.gaps) {
    view.gaps.push_back({clean_line(gap.what), clean_line(gap.why), clean_line(gap.remedy)});
  }
  view.case_id = clean_line(casefile.id);
  return view;
}

}  // namespace

View view_of(const diagnosis::Diagnosis& diagnosis, const Options& options, const Extent& extent) {
  if (!options.share) return whole_view(diagnosis, extent);
  View view = whole_view(shared(diagnosis, options.names), extent);
  view.shared = true;
  return view;
}

}  // namespace km::report
