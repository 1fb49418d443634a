// Lines for a terminal: headings, wrapped paragraphs, colour. Colour is only ever added on top:
// without it nothing is lost.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace km::report {

enum class Style { plain, heading, alarm, warning, good, faint, code };

class Paper {
 public:
  Paper(bool colour, int width);  // the width is kept where lines can be read

  std::size_t width() const { return width_; }
  std::string take() { return std::move(text_); }

  void blank() { text_ += '\n'; }
  void line(std::string_view words, Style style = Style::plain);
  void heading(std::string_view words);
  // Wrapped, with `first` before the first line and blanks of its width before the others.
  void paragraph(std::string_view words, std::string_view first = "  ", Style style = Style::plain);
  std::string styled(std::string_view words, Style style) const;

 private:
  std::string with_code(std::string_view words) const;

  bool colour_;
  std::size_t width_;
  std::string text_;
};

}  // namespace km::report
