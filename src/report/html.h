// Markup that cannot be wrong: text is escaped on its way in, names are constants of the program,
// tags close themselves.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace km::report::html {

// The name of an element or attribute. Only a literal of the program can be one; a wrong letter
// does not compile.
class Name {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): a literal in braces is what makes trees readable
  consteval Name(const char* literal) : text_(literal) {
    for (const char c : text_) {
      const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!letter && (c < '0' || c > '9') && c != '-') throw "not a name";  // stops the compilation
    }
  }
  constexpr std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

struct Attribute {
  Name name;
  std::string value;  // escaped when written
};
using Attributes = std::initializer_list<Attribute>;

// A finished piece of HTML, or of SVG. There is no way from foreign text to a Node but through
// text().
class Node {
 public:
  Node() = default;
  std::string_view markup() const { return markup_; }
  Node& operator+=(const Node& next) {
    markup_ += next.markup_;
    return *this;
  }

 private:
  explicit Node(std::string markup) : markup_(std::move(markup)) {}
  friend Node text(std::string_view foreign);
  friend Node element(Name name, Attributes attributes, const std::vector<Node>& children);
  friend Node void_element(Name name, Attributes attributes);
  friend Node style_sheet(std::string_view css);
  friend Node document(const Node& head, const Node& body);
  std::string markup_;
};

Node text(std::string_view foreign);
Node element(Name name, Attributes attributes, const std::vector<Node>& children = {});
Node void_element(Name name, Attributes attributes);  // <img>, <meta>: elements without an end
Node style_sheet(std::string_view css);  // of the program; emptied where it would end its element
Node document(const Node& head, const Node& body);  // a whole page

// A sentence in which what stands in `backticks` is a <code>.
Node prose(std::string_view sentence, std::string_view code_style = {});
// An <a> where the text is an http(s) address, else the text: no other scheme gets a link.
Node link_or_text(std::string_view text, std::string_view style = {});
// An SVG document as an image that needs no second file and may contain nothing that acts.
Node svg_image(std::string_view svg, std::string_view alt, std::string_view style);

std::string escaped(std::string_view text);
std::string base64(std::string_view bytes);

}  // namespace km::report::html
