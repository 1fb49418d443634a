// Reads just enough of RE2's syntax to promise a literal, and gives up on everything else.
#include "diagnosis/literals.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <utility>

namespace km::diagnosis {
namespace {

constexpr std::size_t kShortest = 3;
constexpr int kDeepest = 20;

using Set = std::vector<std::string>;

// Beyond ASCII nothing folds: RE2 takes the Kelvin sign for a "k", and no log has one.
char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

std::size_t shortest_of(const Set& set) {
  std::size_t shortest = std::string::npos;
  for (const std::string& text : set) shortest = std::min(shortest, text.size());
  return set.empty() ? 0 : shortest;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool ignores_case() const { return ignore_case_; }
  bool understood() const { return !lost_ && at_ == text_.size(); }

  // Alternatives up to ')' or the end. Empty: no promise.
  Set alternatives(int depth) {
    Set all;
    bool promised = true;
    while (true) {
      const Set one = sequence(depth);
      promised = promised && !one.empty();
      all.insert(all.end(), one.begin(), one.end());
      if (!take('|')) break;
    }
    return promised ? all : Set();
  }

 private:
  bool more() const { return at_ < text_.size(); }
  bool take(char wanted) {
    if (!more() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  Set sequence(int depth) {
    Set best;
    std::string run;
    const auto offer = [&best](Set set) {
      if (shortest_of(set) >= kShortest && shortest_of(set) > shortest_of(best)) {
        best = std::move(set);
      }
    };
    const auto end_run = [&] {
      if (!run.empty()) offer({std::exchange(run, {})});
    };
    while (more() && !lost_ && text_[at_] != '|' && text_[at_] != ')') {
      const char c = text_[at_++];
      if (c == '^' || c == '$') {  // takes no room
        repeats();
        continue;
      }
      if (c == '(') {
        end_run();
        Set inner = group(depth);
        if (repeats() != Times::maybe_none) offer(std::move(inner));
        continue;
      }
      const auto plain = plain_of(c);
      if (!plain) {
        end_run();
        repeats();
        continue;
      }
      if (*plain == '\0') {  // \b and the like
        repeats();
        continue;
      }
      run += *plain;
      const Times times = repeats();
      if (times == Times::maybe_none) drop_character(run);
      if (times != Times::once) end_run();
    }
    end_run();
    return best;
  }

  // All bytes of it: what repeats is a character of UTF-8.
  static void drop_character(std::string& run) {
    while (!run.empty() && (static_cast<unsigned char>(run.back()) & 0xC0U) == 0x80U)
      run.pop_back();
    if (!run.empty()) run.pop_back();
  }

  enum class Times { once, some, maybe_none };
  Times repeats() {
    Times times = Times::once;
    if (take('?') || take('*')) {
      times = Times::maybe_none;
    } else if (take('+')) {
      times = Times::some;
    } else if (more() && text_[at_] == '{') {
      // "{2,5}" and "{2,}" repeat. Any other stands for itself, and what follows it is no part of a
      // count: rare enough to give the literal up.
      const std::size_t end = std::min(text_.find('}', at_), text_.size());
      const std::string_view count = text_.substr(at_ + 1, end - at_ - 1);
      const bool known = end < text_.size() && !count.empty() && count.front() != ',' &&
                         count.find_first_not_of("0123456789,") == std::string_view::npos;
      if (!known) {
        lost_ = true;
        return times;
      }
      times = count.front() == '0' ? Times::maybe_none : Times::some;
      at_ = end + 1;
    }
    if (times != Times::once) take('?');  // not greedy
    return times;
  }

  Set group(int depth) {
    if (depth > kDeepest) lost_ = true;
    if (lost_) return {};
    if (take('?')) {
      if (take('P')) {
        const std::size_t end = text_.find('>', at_);
        if (end == std::string_view::npos) lost_ = true;
        at_ = std::min(end, text_.size() - 1) + 1;
      } else if (!take(':')) {
        // Flags: "(?i)" at the very beginning alone is known.
        if (at_ == 2 && text_.substr(at_, 2) == "i)") {
          at_ += 2;
          ignore_case_ = true;
        } else {
          lost_ = true;
        }
        return {};
      }
    }
    Set inner = alternatives(depth + 1);
    if (!take(')')) lost_ = true;
    return inner;
  }

  // The byte that `c`, already read, stands for; '\0' where it takes no room; nothing for a class.
  std::optional<char> plain_of(char c) {
    if (c == '.') return std::nullopt;
    if (c == '[') {
      take('^');
      take(']');
      while (more() && text_[at_] != ']') {
        const bool named = text_.substr(at_, 2) == "[:";  // [:alpha:]
        const std::size_t end = named ? text_.find(":]", at_ + 2) : std::string_view::npos;
        at_ = end != std::string_view::npos ? end + 2 : at_ + (text_[at_] == '\\' ? 2 : 1);
      }
      if (!take(']')) lost_ = true;
      return std::nullopt;
    }
    if (std::string_view("\0?*+", 4).find(c) != std::string_view::npos) lost_ = true;
    if (c != '\\') return fold(c);
    if (!more()) {
      lost_ = true;
      return std::nullopt;
    }
    const char escaped = text_[at_++];
    if (escaped == 'b' || escaped == 'B') return '\0';
    if (escaped == 'n') return '\n';
    if (escaped == 't') return '\t';
    if (std::isalnum(static_cast<unsigned char>(escaped)) == 0) return fold(escaped);
    // \d, \w, \s stand for one byte; \x41, \pN, \Q...\E for what is not worth knowing.
    if (std::string_view("dDwWsS").find(escaped) == std::string_view::npos) lost_ = true;
    return std::nullopt;
  }

  char fold(char c) const { return ignore_case_ ? ascii_lower(c) : c; }

  std::string_view text_;
  std::size_t at_ = 0;
  bool ignore_case_ = false;
  bool lost_ = false;
};

}  // namespace

bool Literals::may_match(std::string_view text) const {
  std::string lower;
  if (ignore_case) {
    lower.resize(text.size());
    std::transform(text.begin(), text.end(), lower.begin(), ascii_lower);
    text = lower;
  }
  return std::any_of(any_of.begin(), any_of.end(), [&](const std::string& literal) {
    return text.find(literal) != std::string_view::npos;
  });
}

std::optional<Literals> literals_of(std::string_view expression) {
  Reader reader(expression);
  Set set = reader.alternatives(0);
  if (!reader.understood() || set.empty()) return std::nullopt;
  return Literals{std::move(set), reader.ignores_case()};
}

}  // namespace km::diagnosis
