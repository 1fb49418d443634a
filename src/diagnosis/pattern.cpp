// RE2 behind a face that the rest of the room needs.
#include "diagnosis/pattern.h"

#include <algorithm>
#include <array>

namespace km::diagnosis {
namespace {

// Longer values are cut: the words that decide stand at the beginning of a line, and a megabyte
// without a newline is somebody's data.
constexpr std::size_t kLongestText = std::size_t{16} * 1024;

re2::RE2::Options options() {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(std::int64_t{1} << 20);
  return options;
}

}  // namespace

Pattern::Pattern(const std::string& expression) : expression_(expression, options()) {}

Result<std::shared_ptr<const Pattern>> Pattern::compile(const std::string& expression) {
  auto pattern = std::make_shared<const Pattern>(expression);
  if (!pattern->expression_.ok()) return fail(pattern->expression_.error());
  return pattern;
}

bool Pattern::found_in(std::string_view text, std::string* part) const {
  text = text.substr(0, kLongestText);
  std::array<re2::StringPiece, 2> groups;
  const int wanted = part == nullptr ? 0 : std::min(expression_.NumberOfCapturingGroups(), 1) + 1;
  const re2::StringPiece whole(text.data(), text.size());
  if (!expression_.Match(whole, 0, text.size(), re2::RE2::UNANCHORED, groups.data(), wanted)) {
    return false;
  }
  if (part != nullptr) {
    const auto& group = wanted == 2 && groups[1].data() != nullptr ? groups[1] : groups[0];
    part->assign(group.data(), group.size());
  }
  return true;
}

}  // namespace km::diagnosis
