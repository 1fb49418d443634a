// Reads HTML strictly enough to catch a broken escape: tags must nest, attributes must be quoted,
// names known.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace km::report {

struct Markup {
  std::set<std::string> elements;
  std::set<std::string> attributes;
  std::string error;  // empty where all is well
};

inline Markup read_markup(std::string_view html) {
  static const std::set<std::string> kVoid{"img", "meta", "br", "hr"};
  Markup markup;
  std::vector<std::string> open;
  const auto name_at = [&](std::size_t at) {
    std::size_t end = at;
    while (end < html.size() &&
           (std::isalnum(static_cast<unsigned char>(html[end])) != 0 || html[end] == '-'))
      ++end;
    return std::string(html.substr(at, end - at));
  };
  for (std::size_t at = 0; at < html.size();) {
    if (html[at] != '<') {
      ++at;
      continue;
    }
    if (html.substr(at, 9) == "<!DOCTYPE") {
      at = html.find('>', at) + 1;
      continue;
    }
    if (html[at + 1] == '/') {
      const std::string name = name_at(at + 2);
      if (open.empty() || open.back() != name)
        return markup.error = "unexpected </" + name + ">", markup;
      open.pop_back();
      at = html.find('>', at) + 1;
      continue;
    }
    const std::string name = name_at(at + 1);
    if (name.empty())
      return markup.error = "a bare < at " + std::string(html.substr(at, 30)), markup;
    markup.elements.insert(name);
    at += 1 + name.size();
    while (at < html.size() && html[at] == ' ') {
      const std::string attribute = name_at(at + 1);
      markup.attributes.insert(attribute);
      at += 1 + attribute.size();
      if (html.substr(at, 2) != "=\"")
        return markup.error = "attribute " + attribute + " of " + name, markup;
      at = html.find('"', at + 2) + 1;
    }
    if (at >= html.size() || html[at] != '>')
      return markup.error = "the tag " + name + " does not end", markup;
    ++at;
    if (kVoid.count(name) == 0) open.push_back(name);
  }
  if (!open.empty()) markup.error = open.back() + " is not closed";
  return markup;
}

// What people try, in one string: every way out of text, attributes, comments and style sheets.
inline const std::string kAttack =
    "</pre></td></style></title><script>alert(1)</script><img src=x onerror=alert(1)>\" "
    "onmouseover=\"alert(1)\" "
    "' style='x `alert(1)` --> ]]> &lt;script&gt; javascript:alert(1) \xff\xc0 \x1b[31m \u202e {0} "
    "%s";

}  // namespace km::report
