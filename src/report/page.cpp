// The report as one file for a browser or a printer: nothing is loaded, nothing runs.
#include "embedded_page_style.h"
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

Node with_class(html::Name name, const char* kind, const std::vector<Node>& children) {
  return element(name, {{"class", kind}}, children);
}

Node section(const std::string& heading, const std::vector<Node>& content) {
  std::vector<Node> all{element("h2", {}, {html::text(heading)})};
  all.insert(all.end(), content.begin(), content.end());
  return element("section", {}, all);
}

Node paragraph(const std::string& sentence) {
  return sentence.empty() ? Node() : element("p", {}, {html::prose(sentence)});
}

Node header_of(const View& view) {
  std::vector<Node> scene;
  for (const std::string& words : view.scene)
    scene.push_back(element("li", {}, {html::text(words)}));
  Node all = with_class("p", "brand", {html::text("kernelmedic")});
  all += element("h1", {}, {html::text(view.verdict.title)});
  const std::string badge = "badge " + view.verdict.confidence;
  scene.insert(scene.begin(),
               element("li", {{"class", badge}}, {html::text(view.verdict.confidence)}));
  all += with_class("ul", "scene", scene);
  const Node what = paragraph(view.verdict.what);
  const Node why = paragraph(view.verdict.why);
  all += with_class("div", "reason", {what, why});
  return element("header", {}, {all});
}

Node actions_of(const View& view) {
  if (view.verdict.actions.empty() && view.loss.empty()) return {};
  std::vector<Node> items;
  for (const std::string& action : view.verdict.actions)
    items.push_back(element("li", {}, {html::prose(action)}));
  std::vector<Node> content;
  if (!items.empty()) content.push_back(element("ol", {}, items));
  if (!view.loss.empty()) content.push_back(with_class("p", "loss", {html::text(view.loss)}));
  Node all = section("What to do", content);
  return with_class("div", "actions", {all});
}

Node memory_of(const View& view) {
  constexpr int kWidth = 820;
  constexpr int kHeight = 260;
  const Node plot = memory_plot(view.memory, kWidth, kHeight);
  if (plot.markup().empty() && view.memory_words.empty()) return {};
  if (plot.markup().empty()) return section("Memory", {paragraph(view.memory_words)});
  const Node caption = element("figcaption", {}, {html::text(view.memory_words)});
  return section("Memory", {element("figure", {}, {plot, caption})});
}

Node quote(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  return element("pre", {}, {html::text(text)});
}

Node code_of(const View& view) {
  if (view.cell_code.empty()) return {};
  std::vector<Node> lines;
  int number = 0;
  for (const std::string& line : view.cell_code) {
    const bool here = ++number == view.cell_line;
    lines.push_back(with_class("span", here ? "line here" : "line", {html::text(line + "\n")}));
  }
  return section("The cell", {with_class("pre", "code", lines)});
}

Node fact_table(const std::vector<FactLine>& facts, bool with_meaning) {
  std::vector<Node> rows;
  for (const FactLine& fact : facts) {
    std::vector<Node> name{element("code", {}, {html::text(fact.name)})};
    if (with_meaning && !fact.meaning.empty())
      name.push_back(with_class("div", "meaning", {html::text(fact.meaning)}));
    const Node value = fact.exact.empty()
                           ? html::text(fact.value)
                           : element("span", {{"title", fact.exact}}, {html::text(fact.value)});
    rows.push_back(element("tr", {},
                           {with_class("th", "name", name), with_class("td", "value", {value}),
                            with_class("td", "source", {html::text(fact.source)})}));
  }
  const auto column = [](const char* words) {
    return element("th", {{"scope", "col"}}, {html::text(words)});
  };
  const Node head = element(
      "thead", {}, {element("tr", {}, {column("fact"), column("value"), column("source")})});
  return element("table", {}, {head, element("tbody", {}, rows)});
}

Node others_of(const View& view) {
  if (view.others.empty()) return {};
  std::vector<Node> items;
  for (const FindingView& other : view.others) {
    std::vector<Node> actions;
    for (const std::string& action : other.actions)
      actions.push_back(element("li", {}, {html::prose(action)}));
    Node all = element("h3", {},
                       {html::text(other.title + " "),
                        with_class("span", "faint", {html::text(other.confidence)})});
    all += paragraph(other.what);
    all += paragraph(other.why);
    if (!actions.empty()) all += element("ol", {}, actions);
    items.push_back(with_class("div", "other", {all}));
  }
  return section("Other findings", items);
}

Node gaps_of(const View& view) {
  if (view.gaps.empty()) return {};
  std::vector<Node> items;
  for (const casefile::Gap& gap : view.gaps) {
    Node all = element("strong", {}, {html::text(gap.what)});
    if (!gap.why.empty()) all += html::text(": " + gap.why);
    if (!gap.remedy.empty())
      all += with_class("div", "remedy", {html::text("To see it: "), html::prose(gap.remedy)});
    items.push_back(element("li", {}, {all}));
  }
  return section("What could not be seen", {with_class("ul", "gaps", items)});
}

Node see_of(const View& view) {
  if (view.verdict.see.empty()) return {};
  std::vector<Node> items;
  for (const std::string& see : view.verdict.see)
    items.push_back(element("li", {}, {html::link_or_text(see)}));
  return section("See", {element("ul", {}, items)});
}

Node footer_of(const View& view) {
  std::string words = "kernelmedic " KM_VERSION " · cause " + view.verdict.cause;
  if (!view.verdict.rule.empty()) words += " · rule " + view.verdict.rule;
  if (!view.case_id.empty()) words += " · case " + view.case_id;
  if (view.shared)
    words += " · made for others: cell code, environment values and names are left out";
  return element("footer", {}, {html::text(words)});
}

Node head_of(const View& view) {
  Node all = html::void_element("meta", {{"charset", "utf-8"}});
  all += html::void_element(
      "meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  all += html::void_element("meta", {{"name", "color-scheme"}, {"content", "light dark"}});
  // Even if a text of foreign origin were ever written as markup, nothing of it could run or load.
  all += html::void_element(
      "meta", {{"http-equiv", "Content-Security-Policy"},
               {"content", "default-src 'none'; style-src 'unsafe-inline'; img-src data:"}});
  all += element("title", {}, {html::text(view.verdict.title + " · kernelmedic")});
  all += html::style_sheet(embedded::page_style().front().text);
  return all;
}

}  // namespace

std::string to_page_html(const diagnosis::Diagnosis& diagnosis, const Options& options) {
  constexpr Extent kPageExtent{.word_lines = 400, .list_items = 40, .frames = 100};
  const View view = view_of(diagnosis, options, kPageExtent);
  Node body = header_of(view);
  body += actions_of(view);
  body += memory_of(view);
  if (!view.evidence.empty()) body += section("What decided it", {fact_table(view.evidence, true)});
  body += code_of(view);
  if (!view.python_stack.empty())
    body += section("Python stack, innermost first", {quote(view.python_stack)});
  if (!view.native_stack.empty())
    body += section("Native stack, innermost first", {quote(view.native_stack)});
  if (!view.last_words.empty()) {
    body += section(view.words_title, {quote(view.last_words)});
  }
  body += gaps_of(view);
  body += others_of(view);
  if (!view.facts.empty()) body += section("All other facts", {fact_table(view.facts, false)});
  body += see_of(view);
  body += footer_of(view);
  return std::string(html::document(head_of(view), element("main", {}, {body})).markup());
}

}  // namespace km::report
