#include "report/html.h"

#include "report/text.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace km::report::html {
namespace {

std::string opened(Name name, Attributes attributes) {
  std::string markup = "<";
  markup += name.text();
  for (const auto& [key, value] : attributes) {
    markup += ' ';
    markup += key.text();
    markup += "=\"";
    markup += escaped(clean(value));
    markup += '"';
  }
  markup += '>';
  return markup;
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string result;
  result.reserve(text.size() + text.size() / 8);
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\'':
        result += "&#39;";
        break;
      case '`':
        result += "&#96;";  // old browsers took it as a quote around attributes
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string result;
  result.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      group =
          group << 8U | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      const bool padding = at + i > bytes.size();
      result += padding ? '=' : kDigits[group >> (18U - 6U * i) & 0x3fU];
    }
  }
  return result;
}

Node text(std::string_view foreign) { return Node(escaped(clean(foreign))); }

Node element(Name name, Attributes attributes, const std::vector<Node>& children) {
  std::string markup = opened(name, attributes);
  for (const Node& child : children) markup += child.markup();
  markup += "</";
  markup += name.text();
  markup += '>';
  return Node(std::move(markup));
}

Node void_element(Name name, Attributes attributes) { return Node(opened(name, attributes)); }

Node style_sheet(std::string_view css) {
  const bool closes = css.find("</") != std::string_view::npos;
  return Node("<style>" + std::string(closes ? std::string_view() : css) + "</style>");
}

Node document(const Node& head, const Node& body) {
  std::string markup = "<!DOCTYPE html>\n<html lang=\"en\"><head>";
  markup += head.markup();
  markup += "</head>\n<body>";
  markup += body.markup();
  markup += "</body></html>\n";
  return Node(std::move(markup));
}

Node prose(std::string_view sentence, std::string_view code_style) {
  Node all;
  for (const Span& span : code_spans(sentence)) {
    if (!span.code) {
      all += text(span.text);
    } else if (code_style.empty()) {
      all += element("code", {}, {text(span.text)});
    } else {
      all += element("code", {{"style", std::string(code_style)}}, {text(span.text)});
    }
  }
  return all;
}

Node link_or_text(std::string_view address, std::string_view style) {
  const std::string whole = clean_line(address);
  const bool web = whole.rfind("https://", 0) == 0 || whole.rfind("http://", 0) == 0;
  if (!web || whole.find(' ') != std::string::npos) return text(whole);
  if (style.empty()) return element("a", {{"href", whole}, {"rel", "noreferrer"}}, {text(whole)});
  return element("a", {{"href", whole}, {"rel", "noreferrer"}, {"style", std::string(style)}},
                 {text(whole)});
}

Node svg_image(std::string_view svg, std::string_view alt, std::string_view style) {
  return void_element("img", {{"src", "data:image/svg+xml;base64," + base64(svg)},
                              {"alt", clean_line(alt)},
                              {"style", std::string(style)}});
}

}  // namespace km::report::html
