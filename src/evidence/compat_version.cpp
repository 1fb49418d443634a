// Reads and compares versions; candidates and local parts ("rc1", "+cu118") play no role here.
#include "evidence/compat_version.h"

#include <algorithm>
#include <cstddef>

namespace km::evidence {
namespace {

constexpr std::size_t kMaxParts = 8;
constexpr int kMaxPart = 100'000'000;  // dates as versions are below it

bool is_digit(char c) { return c >= '0' && c <= '9'; }

int at(const Version& version, std::size_t place) {
  return place < version.size() ? version[place] : 0;
}

bool starts_with(const Version& version, const Version& head) {
  for (std::size_t i = 0; i < head.size(); ++i) {
    if (at(version, i) != head[i]) return false;
  }
  return true;
}

std::string_view take_operator(std::string_view& part) {
  const std::size_t size = std::min(part.find_first_not_of("<>=!~"), part.size());
  const std::string_view sign = part.substr(0, size);
  part.remove_prefix(size);
  while (part.starts_with(' ')) part.remove_prefix(1);
  return sign;
}

bool fits_part(const Version& version, std::string_view part) {
  while (part.starts_with(' ')) part.remove_prefix(1);
  const std::string_view sign = take_operator(part);
  Version bound = parse_version(part);
  if (bound.empty()) return true;
  const int order = compare(version, bound);
  if (sign == ">=") return order >= 0;
  if (sign == "<=") return order <= 0;
  if (sign == ">") return order > 0;
  if (sign == "<") return order < 0;
  const bool family = part.find('*') != std::string_view::npos;
  if (sign == "==" || sign == "===") return family ? starts_with(version, bound) : order == 0;
  if (sign == "!=") return family ? !starts_with(version, bound) : order != 0;
  if (sign == "~=") {
    bound.pop_back();
    return order >= 0 && starts_with(version, bound);
  }
  return true;
}

}  // namespace

Version parse_version(std::string_view text) {
  Version version;
  while (!text.empty() && is_digit(text.front()) && version.size() < kMaxParts) {
    int part = 0;
    while (!text.empty() && is_digit(text.front())) {
      part = std::min(part * 10 + (text.front() - '0'), kMaxPart);
      text.remove_prefix(1);
    }
    version.push_back(part);
    if (text.size() < 2 || text.front() != '.' || !is_digit(text[1])) break;
    text.remove_prefix(1);
  }
  return version;
}

int compare(const Version& left, const Version& right) {
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    if (at(left, i) != at(right, i)) return at(left, i) < at(right, i) ? -1 : 1;
  }
  return 0;
}

bool same_minor(const Version& left, const Version& right) {
  return at(left, 0) == at(right, 0) && at(left, 1) == at(right, 1);
}

bool fits(const Version& version, std::string_view requirement) {
  while (!requirement.empty()) {
    const std::size_t end = std::min(requirement.find(','), requirement.size());
    if (!fits_part(version, requirement.substr(0, end))) return false;
    requirement.remove_prefix(std::min(end + 1, requirement.size()));
  }
  return true;
}

}  // namespace km::evidence
