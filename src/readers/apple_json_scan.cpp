// One pass with a stack of its own: depth costs no call stack, and what is deeper than any report
// is counted, not told.
#include "readers/apple_json_scan.h"

#include "jupyter/utf8.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace km::readers::apple {
namespace {

constexpr std::size_t kDepth = 32;  // reports are 7 deep
constexpr std::size_t kKeyBytes = 200;
constexpr std::size_t kTextBytes = std::size_t{64} * 1024;
constexpr int kJunkWords = 40;  // so many in a row are prose, not JSON with something left out

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Scan {
 public:
  Scan(std::string_view text, std::size_t at, JsonEvents& events)
      : text_(text), at_(at), events_(events) {}

  std::size_t run() {
    const std::size_t start = at_;
    while (at_ < text_.size() && step()) {
    }
    while (!stack_.empty()) close(true);
    return at_ > start ? at_ : std::min(start + 1, text_.size());
  }

 private:
  struct Level {
    char bracket;
    std::size_t parent;  // length of the path outside of it
  };

  // Looks at one token; false where JSON ends.
  bool step() {
    const char c = text_[at_];
    if (is_space(c) || c == ',' || c == ':') {
      ++at_;
      return true;
    }
    switch (c) {
      case '{':
      case '[':
        open(c);
        break;
      case '}':
        end('{');
        break;
      case ']':
        end('[');
        break;
      case '"':
        return text();
      default:
        return word();
    }
    junk_ = 0;
    ++at_;
    return true;
  }

  void open(char bracket) {
    if (too_deep_ > 0 || stack_.size() == kDepth) {
      ++too_deep_;
      return;
    }
    stack_.push_back({bracket, path_.size()});
    step_into();
    events_.opened(path_);
  }

  void end(char bracket) {
    key_.clear();
    if (too_deep_ > 0) {
      --too_deep_;
      return;
    }
    // A bracket that nobody opened is passed over; one whose inner ones were left out closes them.
    const auto same = [bracket](const Level& level) { return level.bracket == bracket; };
    if (std::none_of(stack_.begin(), stack_.end(), same)) return;
    while (stack_.back().bracket != bracket) close(true);
    close(false);
  }

  void close(bool cut) {
    events_.closed(path_, cut);
    path_.resize(stack_.back().parent);
    stack_.pop_back();
  }

  // The path of the value that follows.
  void step_into() {
    const std::size_t outer = stack_.size();
    const bool in_list = key_.empty() && outer > 1 && stack_[outer - 2].bracket == '[';
    if (in_list) {
      path_ += "[]";
    } else if (!key_.empty()) {
      if (!path_.empty()) path_ += '.';
      path_ += key_;
    }
    key_.clear();
  }

  void tell(const JsonScalar& value) {
    if (too_deep_ > 0) return;
    const std::size_t outer = path_.size();
    if (!key_.empty()) {
      if (!path_.empty()) path_ += '.';
      path_ += key_;
    } else if (!stack_.empty() && stack_.back().bracket == '[') {
      path_ += "[]";
    }
    events_.scalar(path_, value);
    path_.resize(outer);
    key_.clear();
  }

  // A text, or the name of a member.
  bool text() {
    const std::size_t before = at_;
    std::string content = string();
    std::size_t next = at_;
    while (next < text_.size() && is_space(text_[next])) ++next;
    if (next < text_.size() && text_[next] == ':') {
      key_ = content.substr(0, kKeyBytes);
      at_ = next + 1;
      junk_ = 0;
      return true;
    }
    if (stack_.empty() && key_.empty()) {
      at_ = before;  // prose in quotes
      return false;
    }
    tell({JsonScalar::Kind::text, std::move(content)});
    return true;
  }

  std::string string() {
    std::string content;
    ++at_;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        ++at_;
        break;
      }
      if (c == '\n' && member_follows()) break;  // its end was left out
      if (c == '\\') {
        escape(content);
        continue;
      }
      ++at_;
      if (content.size() < kTextBytes) content += c;
    }
    return content;
  }

  void escape(std::string& content) {
    const char c = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    at_ = std::min(at_ + 2, text_.size());
    if (c == 'u') {
      unsigned code = 0;
      const char* begin = text_.data() + at_;
      const char* limit = begin + std::min<std::size_t>(4, text_.size() - at_);
      const auto [end, error] = std::from_chars(begin, limit, code, 16);
      if (error != std::errc() || end != begin + 4) return;
      at_ += 4;
      if (content.size() < kTextBytes) {
        const bool half = code >= 0xD800U && code < 0xE000U;  // reports have no use for pairs
        jupyter::append_utf8(half ? 0xFFFDU : code, content);
      }
      return;
    }
    if (content.size() >= kTextBytes || c == '\0') return;
    content += c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
  }

  // At a newline: `"name" :` is what the next line begins with.
  bool member_follows() const {
    constexpr std::size_t kNameBytes = 64;
    std::size_t i = at_ + 1;
    const std::size_t limit = std::min(text_.size(), at_ + 1 + kNameBytes);
    while (i < limit && text_[i] == ' ') ++i;
    if (i >= limit || text_[i] != '"') return false;
    ++i;
    const std::size_t name = i;
    while (i < limit && (is_letter(text_[i]) || text_[i] == '_')) ++i;
    if (i == name || i >= limit || text_[i] != '"') return false;
    ++i;
    while (i < limit && text_[i] == ' ') ++i;
    return i < limit && text_[i] == ':';
  }

  // A number, true, false or null; anything else is something left out, or the end.
  bool word() {
    const std::size_t begin = at_;
    std::size_t end = begin;
    const auto belongs = [](char c) {
      return is_letter(c) || is_digit(c) || c == '-' || c == '+' || c == '.';
    };
    while (end < text_.size() && belongs(text_[end])) ++end;
    const std::string_view word = text_.substr(begin, end - begin);
    const bool number = !word.empty() && (is_digit(word[0]) || word[0] == '-');
    const bool flag = word == "true" || word == "false";
    const bool expected = !stack_.empty() || !key_.empty();
    if (expected && (number || flag || word == "null")) {
      at_ = end;
      const auto kind = number ? JsonScalar::Kind::number
                        : flag ? JsonScalar::Kind::flag
                               : JsonScalar::Kind::null;
      tell({kind, std::string(word.substr(0, kKeyBytes))});
      return true;
    }
    if (junk_ == 0) junk_begin_ = begin;
    if (stack_.empty() || junk_ == kJunkWords) {
      at_ = junk_begin_;
      return false;
    }
    ++junk_;
    at_ = std::max(end, begin + 1);
    return true;
  }

  std::string_view text_;
  std::size_t at_;
  JsonEvents& events_;  // the caller's, who outlives us
  std::vector<Level> stack_;
  std::string path_;
  std::string key_;  // name of the member whose value comes next
  std::size_t too_deep_ = 0;
  int junk_ = 0;                // words since the last bracket or name
  std::size_t junk_begin_ = 0;  // where the first of them stands
};

}  // namespace

std::optional<std::int64_t> JsonScalar::number() const {
  std::int64_t value = 0;
  if (kind != Kind::number) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::size_t scan_json(std::string_view text, std::size_t at, JsonEvents& events) {
  return Scan(text, at, events).run();
}

}  // namespace km::readers::apple
