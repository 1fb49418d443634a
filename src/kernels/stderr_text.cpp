#include "kernels/stderr_text.h"

namespace km::kernels {
namespace {

constexpr std::string_view kDump = "Fatal Python error: ";
constexpr std::string_view kLog = "[IPKernelApp] ";

}  // namespace

std::string_view without_dump(std::string_view text) { return text.substr(0, text.find(kDump)); }
bool holds_dump(std::string_view text) { return text.find(kDump) != std::string_view::npos; }

std::string without_log(std::string_view text) {
  std::string kept;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end == std::string_view::npos ? end : end + 1);
    if (!line.starts_with(kLog)) kept += line;
    text.remove_prefix(line.size());
  }
  return kept;
}

}  // namespace km::kernels
