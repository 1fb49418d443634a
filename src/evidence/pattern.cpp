// Lazily compiled patterns over RE2.
#include "evidence/pattern.h"

#include <algorithm>

namespace km::evidence {

std::vector<std::string_view> Pattern::match(std::string_view line) const {
  std::call_once(once_, [this] { compiled_ = std::make_unique<re2::RE2>(text_, re2::RE2::Quiet); });
  if (!compiled_->ok()) return {};
  std::vector<re2::StringPiece> groups(
      static_cast<std::size_t>(compiled_->NumberOfCapturingGroups()) + 1);
  if (!compiled_->Match({line.data(), line.size()}, 0, line.size(), re2::RE2::UNANCHORED,
                        groups.data(), static_cast<int>(groups.size()))) {
    return {};
  }
  std::vector<std::string_view> found;
  found.reserve(groups.size());
  for (const auto& group : groups) found.emplace_back(group.data(), group.size());
  return found;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), [](char byte) {
    return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
  });
  return result;
}

}  // namespace km::evidence
