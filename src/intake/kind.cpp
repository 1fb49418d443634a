// Recognises what a file is by its first bytes.
#include "intake/take_in.h"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace km::intake {
namespace {

bool holds_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [text](std::string_view word) {
    return text.find(word) != std::string_view::npos;
  });
}

// Logs hold few control characters, programs and pictures many. A log that was cut while it was
// written begins with zeros as long as what was cut.
bool is_noise_not_text(std::string_view head) {
  constexpr std::size_t kShare = 20;  // one in so many
  static constexpr std::string_view kUsual = "\t\n\v\f\r\b\a\x1b";
  const std::size_t begin = head.find_first_not_of('\0');
  if (begin == std::string_view::npos) return false;
  head.remove_prefix(begin);
  const auto control = std::count_if(head.begin(), head.end(), [](char byte) {
    return static_cast<unsigned char>(byte) < ' ' && kUsual.find(byte) == std::string_view::npos;
  });
  return static_cast<std::size_t>(control) > head.size() / kShare;
}

std::string_view without_space(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  return begin == std::string_view::npos ? std::string_view() : text.substr(begin);
}

// One JSON value over the whole file: not a log of which every line is one, nor "[I 12:00 ...]".
bool is_json_document(std::string_view text) {
  if (text.empty() || (text.front() != '{' && text.front() != '[')) return false;
  const std::string_view inside = without_space(text.substr(1));
  if (inside.empty()) return false;
  const std::string_view allowed = text.front() == '{' ? "\"}" : "{[\"]";
  if (allowed.find(inside.front()) == std::string_view::npos) return false;
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return true;
  const std::string_view next = without_space(text.substr(end));
  const std::string_view first = text.substr(0, text.find_last_not_of(" \t\r\n", end) + 1);
  return next.empty() || first.size() < 2 || first.back() != '}';
}

// Both forms of .ips (a line of JSON, then JSON or text), and the text of old .crash files.
bool is_apple_report(std::string_view text) {
  const std::string_view begin = text.substr(0, 4096);
  if (text.starts_with('{')) {
    return holds_any(begin, {"\"bug_type\"", "\"app_name\"", "\"procName\"", "\"largestProcess\""});
  }
  if (!text.starts_with("Process:") && !text.starts_with("Incident Identifier:") &&
      !holds_any(text.substr(0, 300), {"Translated Report (Full Report Below)", "\nProcess: "})) {
    return false;
  }
  return holds_any(begin,
                   {"Identifier:", "Report Version:", "Exception Type:", "Largest process:"});
}

}  // namespace

bool is_core_file(std::string_view head) {
  // elf.h is not on every system.
  constexpr std::string_view kMagic =
      "\x7f"
      "ELF";
  constexpr std::size_t kByteOrder = 5;
  constexpr std::size_t kType = 16;
  constexpr char kBig = 2;
  constexpr char kCore = 4;
  if (head.size() < kType + 2 || !head.starts_with(kMagic)) return false;
  const bool big = head[kByteOrder] == kBig;
  return head[kType + (big ? 1 : 0)] == kCore && head[kType + (big ? 0 : 1)] == 0;
}

Intake::Kind kind_of(std::string_view head) {
  using Kind = Intake::Kind;
  if (head.empty()) return Kind::empty;
  if (is_core_file(head)) return Kind::core_file;
  if (is_noise_not_text(head)) return Kind::binary;
  const std::string_view text = without_space(head);
  if (is_apple_report(text)) return Kind::apple_report;
  if (!is_json_document(text)) return Kind::text;
  if (holds_any(text.substr(0, 256), {"\"kernelmedic.case/", "\"kernelmedic.report/"}))
    return Kind::casefile;
  if (holds_any(text, {"\"cell_type\"", "\"nbformat\"", "\"worksheets\""})) return Kind::notebook;
  return Kind::json;
}

}  // namespace km::intake
