// RE2 tells which literals a pattern needs, LiteralSet finds them, and RE2 judges the lines that
// hold some. Chosen by measurement (bench/explain_speed.py; 155 patterns, 1 GiB, one core of a Xeon
// of 2023, GB/s of processor time with few matching lines and with 1 %): this 2.1 and 1.6,
// Hyperscan 1.8 and 1.7 (large, and of late x86-64 only), ripgrep 0.6 and 0.6, RE2::Set line by
// line 0.5 and 0.5.
#include "intake/line_scan.h"

#include "intake/clean_line.h"
#include "intake/decoder_line.h"

#include <algorithm>
#include <array>
#include <map>
#include <re2/filtered_re2.h>
#include <re2/re2.h>

namespace km::intake {
namespace {

// A pattern's automaton grows while it is used; hundreds of patterns share what a program may use.
constexpr std::int64_t kPatternMemory = 1 << 20;

// No pattern asks for more in a row.
constexpr std::size_t kLongestLiteral = 200;

RE2::Options options() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kPatternMemory);
  return options;
}

// The longest printable run: other characters are many bytes, whose lower case is not the search's,
// or end a line.
std::string plain_part(std::string_view literal) {
  std::string_view best;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= literal.size(); ++i) {
    if (i < literal.size() && literal[i] >= ' ' && literal[i] < 0x7f) continue;
    if (i - begin > best.size()) best = literal.substr(begin, i - begin);
    begin = i + 1;
  }
  return std::string(best);
}

// Of each match at least one of the literals is part. Long ones are asked for first: they are rare
// in any text and let the search take longer steps.
std::vector<std::string> literals_of(const std::string& pattern) {
  constexpr std::array<int, 2> kLengths{8, LiteralSet::kShortest};
  // In UTF-8 "k" and "s" have another upper case than theirs (the Kelvin sign), and RE2 would end a
  // literal there.
  RE2::Options bytes = options();
  bytes.set_encoding(RE2::Options::EncodingLatin1);
  for (const int length : kLengths) {
    re2::FilteredRE2 filter(length);
    int id = 0;
    if (filter.Add(pattern, bytes, &id) != RE2::NoError) return {};
    std::vector<std::string> literals;
    filter.Compile(&literals);
    for (std::string& literal : literals) literal = plain_part(literal);
    const bool long_enough = std::all_of(literals.begin(), literals.end(), [](const auto& literal) {
      return literal.size() >= LiteralSet::kShortest;
    });
    if (literals.empty() || !long_enough) continue;
    // A branch without a literal lets the pattern match where none was found.
    std::vector<int> without;
    filter.AllPotentials({}, &without);
    if (without.empty()) return literals;
  }
  return {};
}

}  // namespace

struct LinePatterns::Compiled {
  std::vector<std::unique_ptr<RE2>> patterns;
  std::vector<std::string> literals;
  std::vector<std::vector<int>> asks_for;  // per literal: the patterns that need it
};

LinePatterns::LinePatterns() = default;
LinePatterns::LinePatterns(std::vector<std::string> patterns) : texts_(std::move(patterns)) {}
LinePatterns::LinePatterns(LinePatterns&&) noexcept = default;
LinePatterns& LinePatterns::operator=(LinePatterns&&) noexcept = default;
LinePatterns::~LinePatterns() = default;

const LinePatterns::Compiled& LinePatterns::compiled() const {
  if (compiled_) return *compiled_;
  compiled_ = std::make_unique<Compiled>();
  std::map<std::string, std::size_t> known;
  for (std::size_t i = 0; i < texts_.size(); ++i) {
    compiled_->patterns.push_back(std::make_unique<RE2>(texts_[i], options()));
    for (const std::string& literal : literals_of(texts_[i])) {
      const auto [at, is_new] = known.try_emplace(literal, compiled_->literals.size());
      if (is_new) {
        compiled_->literals.push_back(literal);
        compiled_->asks_for.emplace_back();
      }
      compiled_->asks_for[at->second].push_back(static_cast<int>(i));
    }
  }
  return *compiled_;
}

Result<> usable(const std::string& pattern) {
  const RE2 compiled(pattern, options());
  if (!compiled.ok()) return fail("the pattern " + pattern + " is wrong: " + compiled.error());
  if (literals_of(pattern).empty()) {
    return fail(
        "the pattern " + pattern + " may match a line that holds no fixed text of " +
        std::to_string(LiteralSet::kShortest) +
        " letters, so large files cannot be searched for it; give every branch such a text");
  }
  return {};
}

LineScan::LineScan(const LinePatterns& patterns, std::string_view sample)
    : patterns_(patterns.compiled()),
      literals_(patterns_.literals, sample),
      asked_(patterns.size()) {}

bool LineScan::next(std::string_view text, std::size_t from, Hit& hit) {
  hit.end = 0;
  while (true) {
    found_.clear();
    LiteralSet::Place place = literals_.find(text, from, found_);
    if (place.at == std::string_view::npos) return false;
    if (place.at >= hit.end) {  // else it is still in the same long line
      hit.begin = place.at == 0 ? 0 : text.rfind('\n', place.at - 1) + 1;  // npos + 1 is 0
      hit.end = std::min(text.find('\n', place.at), text.size());
    }
    // What else this part of the line holds.
    const std::size_t end =
        hit.end - hit.begin <= kLineBytes ? hit.end : std::min(place.at + kReach, hit.end);
    hit.at = place.at;
    while (place.next < end) {
      place = literals_.find(text.substr(0, end), place.next, found_);
      if (place.at == std::string_view::npos) break;
    }
    // A literal may lie across the end of a part.
    from = end == hit.end ? end : end - kLongestLiteral;
    hit.patterns.clear();
    const std::string_view line = text.substr(hit.begin, hit.end - hit.begin);
    if (is_plain(line)) {
      match(line, hit.patterns);
    } else {
      match(line_text(line, hit.at - hit.begin), hit.patterns);
    }
    if (!hit.patterns.empty()) return true;
  }
}

void LineScan::match(std::string_view line, std::vector<int>& matching) {
  ++line_;
  for (const int literal : found_) {
    for (const int pattern : patterns_.asks_for[static_cast<std::size_t>(literal)]) {
      const auto index = static_cast<std::size_t>(pattern);
      if (asked_[index] == line_) continue;
      asked_[index] = line_;
      if (RE2::PartialMatch(re2::StringPiece(line.data(), line.size()), *patterns_.patterns[index]))
        matching.push_back(pattern);
    }
  }
  std::sort(matching.begin(), matching.end());
}

}  // namespace km::intake
