// Reads the last traceback from a text that may hold many, in chains and groups, among anything
// else.
#include "evidence/python_text.h"
#include "evidence/words.h"

#include <algorithm>
#include <array>
#include <string>

namespace km::evidence {
namespace {

constexpr std::string_view kHead = "Traceback (most recent call last):";
constexpr std::string_view kGroupHead = "+ Exception Group Traceback (most recent call last):";
constexpr std::size_t kMaxFrames = 1000;  // as many as Python's own recursion limit lets it print
constexpr std::size_t kMaxTextLines = 8;
constexpr std::size_t kMaxTextBytes = 2000;

bool is_word(char letter) {
  return letter == '_' || (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
         (letter >= 'A' && letter <= 'Z') || (static_cast<unsigned char>(letter) & 0x80U) != 0;
}

struct ErrorLine {
  std::string_view type;
  std::string_view text;
};

// "ValueError: text", "zmq.error.ZMQError", "KeyboardInterrupt". Other output may stand between the
// frames, so a word alone must look like the name of a class.
std::optional<ErrorLine> parse_error(std::string_view line) {
  std::size_t end = 0;
  std::size_t last_part = 0;
  while (end < line.size() && (is_word(line[end]) || line[end] == '.')) {
    if (line[end] == '.') last_part = end + 1;
    ++end;
  }
  if (end == 0 || last_part >= end) return std::nullopt;
  const bool class_name = (line[last_part] >= 'A' && line[last_part] <= 'Z') || last_part > 0;
  if (!class_name || (line[0] >= '0' && line[0] <= '9')) return std::nullopt;
  if (end == line.size()) return ErrorLine{line, {}};
  if (line[end] != ':') return std::nullopt;
  std::string_view text = line.substr(end + 1);
  if (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  return ErrorLine{line.substr(0, end), text};
}

// Reads what follows a header: frames with their source lines, then the exception, then the rest of
// its message.
class TracebackReader {
 public:
  // `margin`: what stands before each line of an exception group ("  | ").
  explicit TracebackReader(std::string margin) : margin_(std::move(margin)) {}

  void line(std::string_view line) {
    if (done_) return;
    if (line.substr(0, margin_.size()) != margin_) {
      done_ = true;
      return;
    }
    line.remove_prefix(margin_.size());
    if (traceback_.error_type.empty()) {
      stack(line);
    } else {
      text(line);
    }
  }

  std::optional<Traceback> result() && {
    if (traceback_.error_type.empty() && traceback_.frames.empty()) return std::nullopt;
    std::reverse(traceback_.frames.begin(), traceback_.frames.end());
    while (!traceback_.error_text.empty() && traceback_.error_text.back() == '\n')
      traceback_.error_text.pop_back();
    return std::move(traceback_);
  }

 private:
  void stack(std::string_view line) {
    if (auto frame = parse_frame(line)) {  // who copies a traceback may lose its margin
      if (traceback_.frames.size() < kMaxFrames) traceback_.frames.push_back(*std::move(frame));
      return;
    }
    // Source, carets, "[Previous line repeated 996 more times]".
    if (!line.empty() && line.front() == ' ') {
      source(line);
      return;
    }
    if (const auto error = parse_error(line)) {
      traceback_.error_type = error->type;
      traceback_.error_text = error->text;
    }
  }

  void source(std::string_view line) {
    constexpr std::size_t kMostSource = 200;
    if (traceback_.frames.empty() || !traceback_.frames.back().source.empty()) return;
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    traceback_.frames.back().source = line.substr(0, kMostSource);
  }

  void text(std::string_view line) {
    const bool blank_ends = line.empty() && !traceback_.error_text.empty();
    const bool full = ++text_lines_ >= kMaxTextLines ||
                      traceback_.error_text.size() + line.size() > kMaxTextBytes;
    if (blank_ends || full || parse_frame(line) || line.substr(0, 2) == "+-") {
      done_ = true;
      return;
    }
    if (!traceback_.error_text.empty()) traceback_.error_text += '\n';
    traceback_.error_text += line;
  }

  std::string margin_;
  Traceback traceback_;
  std::size_t text_lines_ = 0;
  bool done_ = false;
};

// A file that does not compile is told without a header: `  File "a.py", line 1`, source, caret,
// SyntaxError.
std::optional<Traceback> last_syntax_error(std::string_view words) {
  std::optional<Traceback> found;
  std::optional<Frame> place;
  intake::each_line(words, [&](std::string_view line) {
    if (auto frame = parse_frame(line)) {
      place = std::move(frame);
      return;
    }
    const auto error = parse_error(line);
    if (!error || !place) return;
    if (error->type != "SyntaxError" && error->type != "IndentationError" &&
        error->type != "TabError")
      return;
    found = Traceback{std::string(error->type), std::string(error->text), {*place}};
  });
  return found;
}

struct Head {
  std::size_t at = 0;  // of its line's end
  std::string margin;
};

// Of a group its own header, not those of the exceptions in it (which stand deeper).
std::optional<Head> last_head(std::string_view words) {
  std::optional<Head> head;
  std::size_t group_indent = std::string_view::npos;
  intake::each_line(words, [&](std::string_view line) {
    const auto line_end = static_cast<std::size_t>(line.data() - words.data()) + line.size();
    const std::size_t group = line.find(kGroupHead);
    const std::size_t plain = line.find(kHead);
    if (group != std::string_view::npos && line.find_first_not_of(' ') == group) {
      group_indent = group;
      head = Head{line_end, std::string(group, ' ') + "| "};
    } else if (plain != std::string_view::npos) {
      const bool in_group = group_indent != std::string_view::npos &&
                            line.substr(0, plain).find('|') != std::string_view::npos;
      if (!in_group) head = Head{line_end, {}};
    }
  });
  return head;
}

// The module in a sentence "No module named 'a.b'" or "No module named a.b"; empty: no such
// sentence.
std::string named_module(std::string_view text) {
  constexpr std::string_view kNoModule = "No module named ";
  const std::size_t at = text.rfind(kNoModule);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + kNoModule.size());
  if (!text.empty() && (text.front() == '\'' || text.front() == '"')) text.remove_prefix(1);
  std::size_t end = 0;
  while (end < text.size() && (is_word(text[end]) || text[end] == '.' || text[end] == '-')) ++end;
  text = text.substr(0, end);
  while (!text.empty() && text.back() == '.') text.remove_suffix(1);
  return std::string(text);
}

}  // namespace

std::optional<Traceback> last_traceback(std::string_view words) {
  const auto head = last_head(words);
  if (!head) return last_syntax_error(words);
  TracebackReader reader(head->margin);
  const std::string_view rest = words.substr(std::min(words.size(), head->at + 1));
  intake::each_line(rest, [&](std::string_view line) { reader.line(line); });
  return std::move(reader).result();
}

std::optional<Traceback> headless_traceback(std::string_view words) {
  TracebackReader reader{std::string()};
  bool begun = false;
  intake::each_line(words, [&](std::string_view line) {
    // ", in" is a traceback's; a faulthandler dump has " in".
    begun = begun || (line.find(", in ") != std::string_view::npos && parse_frame(line));
    if (begun) reader.line(line);
  });
  return std::move(reader).result();
}

std::optional<Traceback> last_error(std::string_view words) {
  constexpr std::array<std::string_view, 5> kEndings{"Error", "Exception", "Interrupt", "Exit",
                                                     "ExceptionGroup"};
  std::optional<Traceback> found;
  intake::each_line(words, [&](std::string_view line) {
    const std::size_t begin = line.find_first_not_of(" \t>|*");
    if (begin == std::string_view::npos) return;
    const auto error = parse_error(line.substr(begin));
    // "Error: " alone is anybody's word.
    if (!error || error->type == "Error" || error->text.empty()) return;
    const bool named = std::any_of(kEndings.begin(), kEndings.end(), [&](std::string_view ending) {
      return error->type.ends_with(ending);
    });
    if (named) found = Traceback{std::string(error->type), std::string(error->text), {}};
  });
  return found;
}

std::string missing_module(std::string_view words) {
  if (const auto last = last_traceback(words)) {
    if (std::string name = named_module(last->error_text); !name.empty()) return name;
  }
  // "python -m x" tells it without a traceback, a failed start of the interpreter too; in a chain
  // the first exception has the name and the last one a friendlier text. Older lines may belong to
  // an import that was allowed to fail.
  constexpr std::size_t kLookBack = 40;
  const std::vector<std::string> lines = last_lines(words, kLookBack);
  std::string found;
  for (const std::string& line : lines) {
    if (std::string name = named_module(line); !name.empty()) found = std::move(name);
  }
  return found;
}

}  // namespace km::evidence
