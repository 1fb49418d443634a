// RE2 behind a face that the rest of the room needs.
#include "diagnosis/pattern.h"

#include <algorithm>
#include <array>
#include <utility>

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

Pattern::Pattern(std::string expression)
    : expression_(std::move(expression)), literals_(literals_of(expression_)) {}

Result<std::shared_ptr<const Pattern>> Pattern::compile(const std::string& expression) {
  auto pattern = std::make_shared<const Pattern>(expression);
  if (!pattern->compiled().ok()) return fail(pattern->compiled().error());
  return pattern;
}

const re2::RE2& Pattern::compiled() const {
  std::call_once(once_, [this] { compiled_.emplace(expression_, options()); });
  return *compiled_;
}

bool Pattern::found_in(std::string_view text, std::string* part) const {
  text = text.substr(0, kLongestText);
  if (literals_ && !literals_->may_match(text)) return false;
  const re2::RE2& expression = compiled();
  std::array<re2::StringPiece, 2> groups;
  const int wanted = part == nullptr ? 0 : std::min(expression.NumberOfCapturingGroups(), 1) + 1;
  const re2::StringPiece whole(text.data(), text.size());
  if (!expression.Match(whole, 0, text.size(), re2::RE2::UNANCHORED, groups.data(), wanted)) {
    return false;
  }
  if (part != nullptr) {
    const auto& group = wanted == 2 && groups[1].data() != nullptr ? groups[1] : groups[0];
    part->assign(group.data(), group.size());
  }
  return true;
}

}  // namespace km::diagnosis
