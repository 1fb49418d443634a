// One line of a stack, as faulthandler and tracebacks print it, and the paths in it.
#include "evidence/python_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <utility>

namespace km::evidence {
namespace {

// Where in `file` the part begins that names the module; 0: the path is nobody's package.
std::size_t package_part(std::string_view file) {
  static constexpr std::array<std::string_view, 2> kFolders{"site-packages/", "dist-packages/"};
  for (const std::string_view folder : kFolders) {
    const std::size_t at = file.rfind(folder);
    if (at != std::string_view::npos) return at + folder.size();
  }
  const std::size_t at = file.rfind("/lib/python3");
  if (at == std::string_view::npos) return 0;
  const std::size_t slash = file.find('/', at + std::string_view("/lib/python3").size());
  return slash == std::string_view::npos ? 0 : slash + 1;
}

}  // namespace

std::optional<Frame> parse_frame(std::string_view line) {
  constexpr std::string_view kFile = "File \"";
  constexpr std::string_view kLine = "\", line ";
  const std::size_t begin = line.find_first_not_of(' ');
  if (begin == std::string_view::npos || line.substr(begin, kFile.size()) != kFile)
    return std::nullopt;
  line.remove_prefix(begin + kFile.size());
  // From the right: a file name may hold a quotation mark, what follows it may not hold this mark.
  const std::size_t end = line.rfind(kLine);
  if (end == std::string_view::npos) return std::nullopt;
  Frame frame;
  frame.file = line.substr(0, end);
  line.remove_prefix(end + kLine.size());
  const std::size_t digits = std::min(line.find_first_not_of("0123456789?"), line.size());
  std::from_chars(line.data(), line.data() + digits, frame.line);
  line.remove_prefix(digits);
  if (!line.empty() && line.front() == ',') line.remove_prefix(1);
  if (line.substr(0, 4) == " in ") frame.function = line.substr(4);
  return frame;
}

std::string shown_path(std::string_view file) {
  return std::string(file.substr(package_part(file)));
}

std::string frame_text(const Frame& frame, std::string_view file) {
  std::string text(file);
  text += ':';
  text += frame.line > 0 ? std::to_string(frame.line) : "?";
  if (!frame.function.empty()) text += " in " + frame.function;
  return text;
}

std::int64_t repeats_in(std::span<const Frame> stack) {
  std::map<std::pair<std::string_view, std::string_view>, std::int64_t> counts;
  std::int64_t most = 0;
  for (const Frame& frame : stack) most = std::max(most, ++counts[{frame.file, frame.function}]);
  return most;
}

std::string module_of(std::string_view file, std::string_view working_folder) {
  std::size_t begin = package_part(file);
  if (begin == 0 && !working_folder.empty() &&
      file.substr(0, working_folder.size()) == working_folder) {
    begin = working_folder.size();
  } else if (begin == 0) {
    begin = file.rfind('/') + 1;  // npos + 1 is 0
  }
  std::string_view path = file.substr(begin);
  while (!path.empty() && path.front() == '/') path.remove_prefix(1);
  if (path.substr(0, path.find('/')) == "lib-dynload")
    path.remove_prefix(std::min(path.size(), path.find('/') + 1));
  path = path.substr(0, std::min(path.size(), path.rfind(".py")));
  constexpr std::string_view kInit = "/__init__";
  if (path.size() > kInit.size() && path.substr(path.size() - kInit.size()) == kInit)
    path.remove_suffix(kInit.size());
  std::string name(path);
  for (char& letter : name) {
    if (letter == '/') letter = '.';
  }
  return name;
}

}  // namespace km::evidence
