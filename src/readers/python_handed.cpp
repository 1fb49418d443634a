// Python's own words in a text that was handed in: tracebacks, dumps, and exceptions that stand
// alone.
#include "evidence/python_text.h"
#include "readers/readers.h"
#include "readers/told.h"

#include <filesystem>
#include <fmt/core.h>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace km::readers {
namespace {

// The last line that has these words; the file alone where none has.
std::string place_of(const intake::Excerpt& excerpt, std::string_view words) {
  words = words.substr(0, words.find('\n'));
  for (auto line = excerpt.lines.rbegin(); line != excerpt.lines.rend(); ++line) {
    if (!words.empty() && line->text.find(words) != std::string::npos)
      return intake::source_of(excerpt, *line);
  }
  return excerpt.name;
}

std::vector<std::string> told_frames(std::span<const evidence::Frame> stack) {
  std::vector<std::string> lines;
  for (const evidence::Frame& frame : stack) {
    std::string text = fmt::format("{}:{}", evidence::shown_path(frame.file),
                                   frame.line > 0 ? std::to_string(frame.line) : "?");
    if (!frame.function.empty()) text += " in " + frame.function;
    lines.push_back(std::move(text));
  }
  return lines;
}

void add_stack(std::span<const evidence::Frame> stack, const std::string& source,
               casefile::CaseFile& out) {
  if (stack.empty()) return;
  std::map<std::pair<std::string_view, std::string_view>, std::int64_t> counts;
  std::int64_t most = 0;
  for (const evidence::Frame& frame : stack)
    most = std::max(most, ++counts[{frame.file, frame.function}]);
  tell(out, "python.stack", told_frames(stack), source);
  tell(out, "python.stack_repeats", most, source);
}

void add_importing(std::vector<std::string> modules, const std::string& source,
                   casefile::CaseFile& out) {
  if (!modules.empty()) tell(out, "python.importing", std::move(modules), source);
}

// Python looks first where the script lies: the outermost frame's folder.
std::string script_folder(const evidence::Traceback& traceback) {
  if (traceback.frames.empty()) return {};
  return std::filesystem::path(traceback.frames.back().file).parent_path().string();
}

void add_traceback(const evidence::Traceback& traceback, const intake::Excerpt& excerpt,
                   casefile::CaseFile& out) {
  const std::string error = traceback.error_type + ": " + traceback.error_text;
  const std::string source =
      place_of(excerpt, traceback.error_text.empty() ? traceback.error_type : error);
  if (!traceback.error_type.empty()) {
    tell(out, "python.error_type", traceback.error_type, source);
    tell(out, "python.error_text", traceback.error_text, source);
  }
  if (!traceback.frames.empty())
    tell(out, "python.error_file", traceback.frames.front().file, source);
  const std::string hiding = evidence::shadowing_file(traceback, script_folder(traceback),
                                                      [](const std::string&) { return false; });
  if (!hiding.empty()) tell(out, "python.shadowing_file", hiding, source);
}

}  // namespace

void read_python(const intake::Excerpt& excerpt, casefile::CaseFile& out) {
  const std::string text = intake::joined(excerpt);
  const auto dump = evidence::last_fault_dump(text);
  auto traceback = evidence::last_traceback(text);
  if (!traceback) traceback = evidence::headless_traceback(text);
  if (!traceback || traceback->error_type.empty()) {
    if (auto alone = evidence::last_error(text)) {
      if (traceback) alone->frames = std::move(traceback->frames);
      traceback = std::move(alone);
    }
  }
  if (dump) {
    const std::string source = place_of(excerpt, dump->fatal_error);
    tell(out, "python.fatal_error", dump->fatal_error, source);
    if (!dump->extension_modules.empty())
      tell(out, "python.extension_modules", dump->extension_modules, source);
    if (!dump->native_stack.empty()) tell(out, "crash.stack", dump->native_stack, source);
    add_stack(dump->stack, source, out);
    add_importing(evidence::importing(dump->stack, {}), source, out);
  }
  if (traceback) {
    add_traceback(*traceback, excerpt, out);
    if (!dump) {
      const std::string source = place_of(excerpt, traceback->error_text);
      add_stack(traceback->frames, source, out);
      add_importing(evidence::importing(*traceback, {}), source, out);
    }
  }
  if (const std::string missing = evidence::missing_module(text); !missing.empty())
    tell(out, "python.missing_module", missing, place_of(excerpt, missing));
}

}  // namespace km::readers
