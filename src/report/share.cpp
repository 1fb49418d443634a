#include "report/share.h"

#include "report/scrubber.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace km::report {
namespace {

constexpr std::string_view kCellCode = "(cell code left out)";

std::string_view trimmed(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(" \t\r") - begin + 1);
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// A traceback quotes the cell: lines that hold one of the cell's are code, wherever they stand.
class CellCode {
 public:
  explicit CellCode(const diagnosis::Diagnosis& diagnosis) {
    if (diagnosis.casefile.death && diagnosis.casefile.death->cell) {
      for (const std::string_view line : lines_of(diagnosis.casefile.death->cell->source)) {
        // Shorter ones ("x", ")", "pass") are no secret, and stand in too many other lines.
        constexpr std::size_t kShortest = 6;
        constexpr std::size_t kLinesAtMost = 2000;
        if (trimmed(line).size() >= kShortest && lines_.size() < kLinesAtMost)
          lines_.push_back(trimmed(line));
      }
    }
    for (const casefile::Fact* fact : diagnosis.casefile.find("cell.line_text")) {
      if (const auto* text = std::get_if<std::string>(&fact->value))
        lines_.push_back(trimmed(*text));
    }
  }
  std::string without(std::string_view text) const {
    std::string result;
    for (const std::string_view line : lines_of(text)) {
      const bool code = std::any_of(lines_.begin(), lines_.end(), [&](std::string_view of_cell) {
        return !of_cell.empty() && line.find(of_cell) != std::string_view::npos;
      });
      if (!result.empty()) result += '\n';
      result += code ? kCellCode : line;
    }
    if (!text.empty() && text.back() == '\n') result += '\n';
    return result;
  }
  // The same inside a sentence of ours, of which the rest is kept.
  std::string without_inside(std::string text) const {
    for (const std::string_view line : lines_) text = with_word(std::move(text), line, kCellCode);
    return text;
  }

 private:
  std::vector<std::string_view> lines_;  // of the diagnosis it was made of, which outlives it
};

// "os._exit(3)" → "os._exit(...)": which call it was is the verdict, with what is the cell's.
std::string without_arguments(std::string_view call) {
  const std::size_t open = call.find('(');
  return open == std::string_view::npos ? std::string(call)
                                        : std::string(call.substr(0, open)) + "(...)";
}

template <class Change>
void change_texts(casefile::Value& value, Change change) {
  if (auto* text = std::get_if<std::string>(&value)) *text = change(*text);
  if (auto* list = std::get_if<std::vector<std::string>>(&value)) {
    for (std::string& text : *list) text = change(text);
  }
}

// Every text of a diagnosis that a person may read; one list, so that none is forgotten in learning
// or in cleaning.
template <class Visit>
void visit_texts(diagnosis::Diagnosis& diagnosis, Visit visit) {
  casefile::CaseFile& casefile = diagnosis.casefile;
  for (casefile::Fact& fact : casefile.facts) {
    visit(fact.source);
    change_texts(fact.value, [&](std::string text) {
      visit(text);
      return text;
    });
  }
  for (casefile::Gap& gap : casefile.gaps) {
    for (std::string* text : {&gap.what, &gap.why, &gap.remedy}) visit(*text);
  }
  if (casefile.death) {
    for (auto* stack : {&casefile.death->python_stack, &casefile.death->native_stack}) {
      for (std::string& frame : *stack) visit(frame);
    }
    for (casefile::CellMark& mark : casefile.death->memory.cells) visit(mark.label);
  }
  visit(casefile.last_words);
  for (diagnosis::Finding& finding : diagnosis.findings) {
    for (std::string* text : {&finding.title, &finding.what, &finding.why}) visit(*text);
    for (auto* list : {&finding.actions, &finding.see}) {
      for (std::string& text : *list) visit(text);
    }
  }
}

}  // namespace

diagnosis::Diagnosis shared(const diagnosis::Diagnosis& diagnosis, const Names& names) {
  diagnosis::Diagnosis result = diagnosis;
  Scrubber scrubber(names);
  visit_texts(result, [&](std::string& text) { scrubber.learn(text); });

  const CellCode code(diagnosis);
  casefile::CaseFile& casefile = result.casefile;
  std::vector<std::pair<std::string, std::string>> calls;
  std::erase_if(casefile.facts,
                [](const casefile::Fact& fact) { return fact.name == "cell.line_text"; });
  for (casefile::Fact& fact : casefile.facts) {
    if (fact.name == "kernel.argv") change_texts(fact.value, reduced_argument);
    if (fact.name == "words.line")
      change_texts(fact.value, [&](const std::string& text) { return code.without(text); });
    if (fact.name != "cell.calls") continue;
    change_texts(fact.value, [&](const std::string& call) {
      calls.emplace_back(call, without_arguments(call));
      return calls.back().second;
    });
  }
  casefile.last_words = code.without(casefile.last_words);
  if (casefile.death && casefile.death->cell) casefile.death->cell->source.clear();
  for (diagnosis::Finding& finding : result.findings) {
    const auto without_code = [&](std::string& text) {
      text = code.without_inside(std::move(text));
      for (const auto& [call, bare] : calls) text = with_word(std::move(text), call, bare);
    };
    for (std::string* text : {&finding.title, &finding.what, &finding.why}) without_code(*text);
    for (std::string& action : finding.actions) without_code(action);
  }
  visit_texts(result, [&](std::string& text) { text = scrubber.clean(text); });
  return result;
}

}  // namespace km::report
