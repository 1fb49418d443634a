// Line by line; nothing is kept but the last library.
#include "probe/initialiser.h"

#include "probe/watch.h"

#include <utility>

namespace km::probe {
namespace {

constexpr std::string_view kCalling = "calling init: ";
constexpr std::size_t kLongestLine = std::size_t{16} * 1024;

// "    4711:\tcalling init: /lib/x.so" is the loader's: blanks, a pid, a colon.
bool is_loaders(std::string_view line) {
  const auto digit = line.find_first_not_of(' ');
  if (digit == std::string_view::npos) return false;
  const auto after = line.find_first_not_of("0123456789", digit);
  return after != std::string_view::npos && after > digit && line[after] == ':';
}

// What `python -v` says: "import 'numpy' # <...>", "# /x/numpy.pyc matches /x/numpy.py".
bool is_pythons(std::string_view line) {
  return line.starts_with("# ") || line.starts_with("import ");
}

}  // namespace

void InitialiserTrace::take(std::string_view piece) {
  for (std::size_t end = piece.find('\n'); end != std::string_view::npos; end = piece.find('\n')) {
    rest_ += piece.substr(0, end);
    line(rest_);
    rest_.clear();
    piece.remove_prefix(end + 1);
  }
  if (rest_.size() < kLongestLine) rest_ += piece.substr(0, kLongestLine);
}

void InitialiserTrace::line(std::string_view line) {
  if (is_pythons(line)) library_.clear();
  if (!is_loaders(line)) return;
  const auto calling = line.find(kCalling);
  if (calling != std::string_view::npos) library_ = line.substr(calling + kCalling.size());
}

std::optional<std::string> InitialiserTrace::under_way() const {
  return library_.empty() ? std::nullopt : std::optional(library_);
}

std::optional<std::string> dying_initialiser(supervisor::LifetimePlan plan,
                                             const Setting& setting) {
  std::erase_if(plan.child.environment, [](const std::string& variable) {
    return variable.starts_with("LD_DEBUG=") || variable.starts_with("LD_DEBUG_OUTPUT=");
  });
  // "calling init" belongs to this option (glibc has none called "init").
  plan.child.environment.emplace_back("LD_DEBUG=libs");
  InitialiserTrace trace;
  const auto watched =
      watch(std::move(plan), setting, {}, [&trace](std::string_view piece) { trace.take(piece); });
  if (!watched || !watched->end.diagnosis) return std::nullopt;
  return trace.under_way();
}

}  // namespace km::probe
