// The card under the cell that died.
//
// A reopened notebook is not trusted: JupyterLab then keeps plain inline styles, tables, <details>
// and <img> data URLs, and drops <svg>, <style> and var(). Its theme is not known either: text
// takes the theme's own colour on grounds of translucent grey; only the badge brings both colours.
#include "report/html.h"
#include "report/plot.h"
#include "report/report.h"
#include "report/view.h"

#include <fmt/core.h>
#include <string>
#include <vector>

namespace km::report {
namespace {

using html::element;
using html::Node;

constexpr const char* kBox =
    "border: 1px solid #8a8a8a; border-left: 5px solid #d8504a; border-radius: 6px; "
    "padding: 14px 20px 12px 18px; margin: 6px 0; max-width: 860px; "
    "font-family: system-ui, sans-serif; font-size: 14px; line-height: 1.5; "
    "overflow-wrap: break-word";
constexpr const char* kTitle = "font-size: 17px; font-weight: 600; line-height: 1.35; margin: 0";
constexpr const char* kBadge =
    "background-color: #b3261e; color: #ffffff; border-radius: 10px; padding: 2px 9px; "
    "font-size: 12px; font-weight: 600; white-space: nowrap";
constexpr const char* kScene = "font-size: 13px; opacity: 0.75; margin: 2px 0 10px 0";
constexpr const char* kHeading = "font-weight: 600; margin: 12px 0 2px 0";
constexpr const char* kParagraph = "margin: 0 0 4px 0";
constexpr const char* kList = "margin: 2px 0 4px 0; padding-left: 24px";
constexpr const char* kItem = "margin: 3px 0";
constexpr const char* kCode =
    "font-family: monospace; font-size: 13px; background-color: rgba(128, 128, 128, 0.18); "
    "border-radius: 3px; padding: 1px 5px";
constexpr const char* kTable =
    "border-collapse: collapse; margin: 4px 0; font-size: 13px; text-align: left";
constexpr const char* kCellOfTable =
    "padding: 3px 16px 3px 0; border: none; border-bottom: 1px solid rgba(128, 128, 128, 0.4); "
    "text-align: left; vertical-align: top";
constexpr const char* kFactName =
    "font-family: monospace; font-size: 12px; background-color: transparent";
constexpr const char* kFaint = "opacity: 0.75";
constexpr const char* kPlot = "display: block; max-width: 100%; height: auto; margin: 6px 0";
constexpr const char* kSummary = "cursor: pointer; font-weight: 600; margin: 8px 0 2px 0";
constexpr const char* kQuote =
    "font-family: monospace; font-size: 12px; line-height: 1.4; white-space: pre-wrap; "
    "overflow-wrap: break-word; max-height: 320px; overflow: auto; margin: 4px 0; padding: 8px "
    "10px; "
    "border: 1px solid #8a8a8a; border-radius: 4px; background-color: rgba(128, 128, 128, 0.1)";
constexpr const char* kFoot = "font-size: 12px; opacity: 0.75; margin: 12px 0 0 0";

Node part(html::Name name, const char* style, const std::vector<Node>& children) {
  return element(name, {{"style", style}}, children);
}

Node section(const char* heading, const std::string& sentence) {
  if (sentence.empty()) return {};
  Node all = part("div", kHeading, {html::text(heading)});
  all += part("p", kParagraph, {html::prose(sentence, kCode)});
  return all;
}

Node lines_of(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  return part("pre", kQuote, {html::text(text)});
}

Node folded(const std::string& summary, const Node& content) {
  return element("details", {}, {part("summary", kSummary, {html::text(summary)}), content});
}

Node title_of(const View& view) {
  const Node badge = part("span", kBadge, {html::text(view.verdict.confidence)});
  Node all = part("div", kTitle, {html::text(view.verdict.title), html::text(" "), badge});
  std::string scene;
  for (const std::string& words : view.scene) scene += (scene.empty() ? "" : " · ") + words;
  if (!scene.empty()) all += part("div", kScene, {html::text(scene)});
  return all;
}

Node actions_of(const View& view) {
  if (view.verdict.actions.empty() && view.loss.empty()) return {};
  Node all = part("div", kHeading, {html::text("What to do")});
  std::vector<Node> items;
  for (const std::string& action : view.verdict.actions) {
    items.push_back(part("li", kItem, {html::prose(action, kCode)}));
  }
  if (!items.empty()) all += part("ol", kList, items);
  if (!view.loss.empty()) all += part("p", kParagraph, {html::text(view.loss)});
  return all;
}

Node plot_of(const View& view) {
  const std::string svg = memory_plot_svg(view.memory);
  if (svg.empty() && view.memory_words.empty()) return {};
  Node all = part("div", kHeading, {html::text("Memory")});
  if (!svg.empty()) all += html::svg_image(svg, "Memory plot. " + view.memory_words, kPlot);
  all += part("p", kParagraph, {html::text(view.memory_words)});
  return all;
}

Node evidence_of(const View& view) {
  if (view.evidence.empty()) return {};
  std::vector<Node> rows;
  for (const FactLine& fact : view.evidence) {
    const Node name =
        element("code", {{"style", kFactName}, {"title", fact.meaning}}, {html::text(fact.name)});
    rows.push_back(element(
        "tr", {},
        {part("td", kCellOfTable, {name}), part("td", kCellOfTable, {html::text(fact.value)}),
         part("td", kCellOfTable, {part("span", kFaint, {html::text(fact.source)})})}));
  }
  Node all = part("div", kHeading, {html::text("Evidence")});
  all += part("table", kTable, {element("tbody", {}, rows)});
  return all;
}

Node stacks_of(const View& view) {
  Node all;
  if (!view.python_stack.empty())
    all += folded("Python stack, innermost first", lines_of(view.python_stack));
  if (!view.native_stack.empty())
    all += folded("Native stack, innermost first", lines_of(view.native_stack));
  if (!view.last_words.empty()) {
    all += folded(view.words_title, lines_of(view.last_words));
  }
  return all;
}

Node rest_of(const View& view) {
  Node all;
  if (!view.others.empty()) {
    std::vector<Node> items;
    for (const FindingView& other : view.others) {
      items.push_back(
          part("li", kItem, {html::text(fmt::format("{} ({})", other.title, other.confidence))}));
    }
    all += folded("Also possible", part("ul", kList, items));
  }
  if (!view.gaps.empty()) {
    std::vector<Node> items;
    for (const casefile::Gap& gap : view.gaps) {
      Node words = html::text(gap.why.empty() ? gap.what : gap.what + ": " + gap.why);
      if (!gap.remedy.empty()) {
        words += html::text(". To see it: ");
        words += html::prose(gap.remedy, kCode);
      }
      items.push_back(part("li", kItem, {words}));
    }
    all += folded("What could not be seen", part("ul", kList, items));
  }
  if (!view.verdict.see.empty()) {
    std::vector<Node> items;
    for (const std::string& see : view.verdict.see)
      items.push_back(part("li", kItem, {html::link_or_text(see)}));
    all += folded("See", part("ul", kList, items));
  }
  std::string foot = "kernelmedic · cause " + view.verdict.cause;
  if (!view.case_id.empty())
    foot += " · the whole report: `kernelmedic report " + view.case_id + " -o report.html`";
  all += part("div", kFoot, {html::prose(foot, kCode)});
  return all;
}

}  // namespace

std::string to_card_html(const diagnosis::Diagnosis& diagnosis) {
  constexpr Extent kCardExtent{.word_lines = 60, .list_items = 6, .frames = 30};
  const View view = view_of(diagnosis, {}, kCardExtent);
  Node all = title_of(view);
  all += section("What happened", view.verdict.what);
  all += section("Why", view.verdict.why);
  all += actions_of(view);
  all += plot_of(view);
  all += evidence_of(view);
  all += stacks_of(view);
  all += rest_of(view);
  return std::string(part("div", kBox, {all}).markup());
}

}  // namespace km::report
