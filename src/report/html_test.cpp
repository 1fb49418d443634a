#include "report/html.h"

#include <gtest/gtest.h>
#include <string>

namespace km::report::html {
namespace {

TEST(Html, EscapesTextAndAttributes) {
  const Node node =
      element("td", {{"title", "\"><script>alert('1')</script>"}}, {text("<b>&amp;`")});
  EXPECT_EQ(node.markup(),
            "<td "
            "title=\"&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/"
            "script&gt;\">&lt;b&gt;&amp;amp;&#96;</td>");
}

TEST(Html, MakesForeignTextValidUtf8) {
  EXPECT_EQ(text("\xff\x1b[31m!").markup(), "\ufffd!");
  EXPECT_EQ(void_element("img", {{"alt", "a\xff"}}).markup(), "<img alt=\"a\ufffd\">");
}

TEST(Html, LinksOnlyToTheWeb) {
  EXPECT_EQ(link_or_text("https://a.org/?b=1&c").markup(),
            "<a href=\"https://a.org/?b=1&amp;c\" rel=\"noreferrer\">https://a.org/?b=1&amp;c</a>");
  for (const std::string foreign :
       {"javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "cgroups(7)",
        "see https://a.org", "https://a.org and more", " JavaScript:x"}) {
    EXPECT_EQ(link_or_text(foreign).markup().find("<a"), std::string::npos) << foreign;
  }
}

TEST(Html, MarksCommandsInSentences) {
  EXPECT_EQ(prose("Type `a <b>`!").markup(), "Type <code>a &lt;b&gt;</code>!");
  EXPECT_EQ(prose("`x`", "color: red").markup(), "<code style=\"color: red\">x</code>");
}

TEST(Html, AStyleSheetCannotEndItsElement) {
  EXPECT_EQ(style_sheet("a{}</style><script>").markup(), "<style></style>");
}

TEST(Base64, FollowsRfc4648) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foob"), "Zm9vYg==");
  EXPECT_EQ(base64(std::string("\xff\xff\xfe\0", 4)), "///+AA==");
}

}  // namespace
}  // namespace km::report::html
