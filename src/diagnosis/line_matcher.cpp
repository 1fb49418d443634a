#include "diagnosis/line_matcher.h"

#include <algorithm>
#include <utility>

namespace km::diagnosis {
namespace {

constexpr std::size_t kBeginning = 3;  // bytes; literals_of promises no shorter ones

// In lower case, for literals of both kinds: too many candidates are no fault.
std::uint32_t folded(char byte) {
  return static_cast<unsigned char>(byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte);
}

std::uint32_t beginning_of(std::string_view text) {
  return folded(text[0]) << 16U | folded(text[1]) << 8U | folded(text[2]);
}

std::size_t place_of(std::uint32_t beginning) { return (beginning ^ beginning >> 16U) & 0xFFFFU; }

}  // namespace

LineMatcher::LineMatcher(std::vector<std::shared_ptr<const Pattern>> patterns)
    : patterns_(std::move(patterns)) {
  for (std::uint32_t at = 0; at < patterns_.size(); ++at) {
    const auto& literals = patterns_[at]->literals();
    const bool indexed =
        literals && !literals->any_of.empty() &&
        std::all_of(literals->any_of.begin(), literals->any_of.end(),
                    [](const std::string& literal) { return literal.size() >= kBeginning; });
    if (!indexed) {
      always_.push_back(at);
      continue;
    }
    for (const std::string& literal : literals->any_of) {
      const std::uint32_t beginning = beginning_of(literal);
      begins_.set(place_of(beginning));
      by_beginning_[beginning].push_back(at);
    }
  }
}

bool LineMatcher::found_in(std::string_view line) const {
  const auto found = [&](std::uint32_t at) { return patterns_[at]->found_in(line, nullptr); };
  if (std::any_of(always_.begin(), always_.end(), found)) return true;
  for (std::size_t at = 0; at + kBeginning <= line.size(); ++at) {
    const std::uint32_t beginning = beginning_of(line.substr(at, kBeginning));
    if (!begins_.test(place_of(beginning))) continue;
    const auto candidates = by_beginning_.find(beginning);
    if (candidates != by_beginning_.end() &&
        std::any_of(candidates->second.begin(), candidates->second.end(), found))
      return true;
  }
  return false;
}

}  // namespace km::diagnosis
