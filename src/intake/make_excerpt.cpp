// Reads piece by piece into two buffers in turn, so that the end of the text is still there when it
// is known to be the end.
#include "intake/make_excerpt.h"

#include "intake/blocks.h"
#include "intake/clean_line.h"
#include "intake/decoder_line.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>

namespace km::intake {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{512} * 1024;
// A line that is longer is looked at in parts, so that no line has to fit into memory.
constexpr std::size_t kWholeLineBytes = std::size_t{64} * 1024;

// In counts that fit a byte, which compilers turn into vector instructions.
std::int64_t count_lines(std::string_view text) {
  constexpr std::size_t kAtOnce = 255;
  std::int64_t lines = 0;
  while (!text.empty()) {
    std::uint8_t some = 0;
    const std::string_view part = text.substr(0, kAtOnce);
    for (const char byte : part) some = static_cast<std::uint8_t>(some + (byte == '\n' ? 1 : 0));
    lines += some;
    text.remove_prefix(part.size());
  }
  return lines;
}

// Texts of the old Mac OS; one with newlines holds carriage returns that overwrite.
bool ends_lines_with_return(std::string_view head) {
  return head.find('\n') == std::string_view::npos && head.find('\r') != std::string_view::npos;
}

std::size_t prepare(char* text, std::size_t size, bool returns_end_lines) {
  if (returns_end_lines) std::replace(text, text + size, '\r', '\n');
  return strip_terminal(text, size);
}

Excerpt whole_excerpt(std::string text, const LinePatterns& patterns) {
  text.resize(prepare(text.data(), text.size(), ends_lines_with_return(text)));
  Excerpt excerpt;
  std::unique_ptr<LineScan> scan;  // only a long line needs it
  each_line(text, [&](std::string_view line) {
    LineScan::Hit hit;
    bool found = false;
    if (line.size() > kLineBytes && patterns.size() > 0) {
      if (!scan) scan = std::make_unique<LineScan>(patterns, text);
      found = scan->next(line, 0, hit);
    }
    const std::size_t at = found ? hit.at : std::string_view::npos;
    excerpt.lines.push_back({++excerpt.total_lines, line_text(line, at)});
  });
  return excerpt;
}

class Stream {
 public:
  Stream(const LinePatterns& patterns, std::string_view head)
      : returns_end_lines_(ends_lines_with_return(head)),
        blocks_(patterns.size()),
        scan_(patterns, head.substr(0, kPieceBytes)) {
    for (std::string& buffer : buffers_) buffer.resize(kWholeLineBytes + kPieceBytes);
    blocks_.begin(1);
    blocks_.pin(kHeadLines);
  }

  Excerpt read(ByteSource& source) {
    std::string_view previous;
    std::int64_t previous_line = 1;
    std::size_t carried = 0;
    for (std::size_t turn = 0;; turn ^= 1U) {
      char* const text = buffers_[turn].data();
      const std::size_t got = read_full(source, text + carried, kPieceBytes);
      const std::size_t size = carried + got;
      const bool last = got < kPieceBytes;
      const std::size_t end = last ? size : cut(text, size);
      carried = size - end;
      std::memcpy(buffers_[turn ^ 1U].data(), text + end, carried);
      const std::string_view piece(text, prepare(text, end, returns_end_lines_));
      const std::int64_t piece_line = line_;
      take(piece);
      if (last) return finish(previous, previous_line, piece, piece_line);
      previous = piece;
      previous_line = piece_line;
    }
  }

 private:
  // Behind the last whole line, or at the end where that would leave too much for the next turn.
  std::size_t cut(const char* text, std::size_t size) const {
    const std::size_t look = std::min(size, kWholeLineBytes);
    const std::string_view end(text + size - look, look);
    const std::size_t newline = end.rfind(returns_end_lines_ ? '\r' : '\n');
    return newline == std::string_view::npos ? size : size - look + newline + 1;
  }

  void take(std::string_view text) {
    // The rest of a line that was looked at in parts has the number of its beginning.
    if (continued_) blocks_.close();
    std::size_t at = 0;
    LineScan::Hit& hit = hit_;
    while (scan_.next(text, at, hit)) {
      at = add_context(text, at, hit.begin);
      if (blocks_.wanted() == 0) begin_block(text, at, hit.begin);
      blocks_.hit(hit.patterns);
      blocks_.add(text.substr(hit.begin, hit.end - hit.begin), hit.at - hit.begin);
      at = pass(text, hit.end);
    }
    line_ += count_lines(text.substr(add_context(text, at, text.size())));
    if (!text.empty()) continued_ = text.back() != '\n';
  }

  // Behind the line that ends at `end`.
  std::size_t pass(std::string_view text, std::size_t end) {
    if (end >= text.size()) return text.size();
    ++line_;
    return end + 1;
  }

  // Lines from `at` on go to the open block. Where it had enough, or `end`.
  std::size_t add_context(std::string_view text, std::size_t at, std::size_t end) {
    while (at < end && blocks_.wanted() > 0) {
      const std::size_t newline = std::min(text.find('\n', at), text.size());
      blocks_.add(text.substr(at, newline - at));
      at = pass(text, newline);
    }
    return at;
  }

  // Begins a block some lines before the line at `hit`, but not before `at`.
  void begin_block(std::string_view text, std::size_t at, std::size_t hit) {
    std::size_t begin = hit;
    for (std::int64_t i = 0; i < kLinesBefore && begin > at && blocks_.roomy(); ++i) {
      const std::size_t newline = begin < 2 ? std::string_view::npos : text.rfind('\n', begin - 2);
      begin = newline == std::string_view::npos ? at : std::max(at, newline + 1);
    }
    line_ += count_lines(text.substr(at, begin - at));
    blocks_.begin(line_);
    while (begin < hit) {
      const std::size_t newline = text.find('\n', begin);
      blocks_.add(text.substr(begin, newline - begin));
      begin = pass(text, newline);
    }
  }

  Excerpt finish(std::string_view previous, std::int64_t previous_line, std::string_view last,
                 std::int64_t last_line) {
    Excerpt excerpt;
    excerpt.total_lines = continued_ ? line_ : line_ - 1;
    const std::int64_t from = excerpt.total_lines - kTailLines;
    std::vector<ExcerptLine> tail;
    const auto add = [&](std::string_view text, std::int64_t number) {
      each_line(text, [&](std::string_view line) {
        if (number > from) tail.push_back({number, line_text(line)});
        ++number;
      });
    };
    add(previous, previous_line);
    add(last, last_line);
    std::vector<ExcerptLine> kept = blocks_.take();
    std::set_union(std::make_move_iterator(kept.begin()), std::make_move_iterator(kept.end()),
                   std::make_move_iterator(tail.begin()), std::make_move_iterator(tail.end()),
                   std::back_inserter(excerpt.lines),
                   [](const ExcerptLine& a, const ExcerptLine& b) { return a.number < b.number; });
    excerpt.whole = static_cast<std::int64_t>(excerpt.lines.size()) == excerpt.total_lines;
    return excerpt;
  }

  bool returns_end_lines_;
  std::array<std::string, 2> buffers_;
  Blocks blocks_;
  LineScan scan_;
  LineScan::Hit hit_;
  std::int64_t line_ = 1;   // number of the line that is next
  bool continued_ = false;  // its beginning was in the piece before
};

}  // namespace

Excerpt excerpt_of(std::unique_ptr<ByteSource> text, const LinePatterns& patterns) {
  std::string head = read_up_to(*text, kSmallBytes + 1);
  if (head.size() <= kSmallBytes) return whole_excerpt(std::move(head), patterns);
  Stream stream(patterns, head);
  ReplayedSource all(std::move(head), std::move(text));
  return stream.read(all);
}

}  // namespace km::intake
