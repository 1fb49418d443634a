// Python's own words in a text that was handed in: tracebacks, dumps, and exceptions that stand
// alone.
#include "evidence/python_text.h"
#include "readers/readers.h"
#include "readers/told.h"

#include <algorithm>
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
    lines.push_back(evidence::frame_text(frame, evidence::shown_path(frame.file)));
  }
  return lines;
}

void add_stack(std::span<const evidence::Frame> stack, const std::string& source,
               casefile::CaseFile& out) {
  if (stack.empty()) return;
  tell(out, "python.stack", told_frames(stack), source);
  tell(out, "python.stack_repeats", evidence::repeats_in(stack), source);
}

void add_importing(std::vector<std::string> modules, const std::string& source,
                   casefile::CaseFile& out) {
  if (!modules.empty()) tell(out, "python.importing", std::move(modules), source);
}

bool is_library(std::string_view file) {
  for (const std::string_view part :
       {"site-packages", "dist-packages", "/lib/python", "\\lib\\", "\\Lib\\", "<frozen "}) {
    if (file.find(part) != std::string_view::npos) return true;
  }
  return false;
}

std::string_view stem_of(std::string_view file) {
  file = file.substr(file.find_last_of("/\\") + 1);
  return file.substr(0, file.find('.'));
}

// "import a, b.c as d", "from b.c import e": is this module, or one in it, asked for?
bool asks_for(std::string_view source, std::string_view module) {
  const auto begins_with_it = [module](std::string_view name) {
    name.remove_prefix(std::min(name.find_first_not_of(' '), name.size()));
    return name.starts_with(module) &&
           (name.size() == module.size() ||
            std::string_view(" .,;").find(name[module.size()]) != std::string_view::npos);
  };
  if (source.starts_with("from ")) return begins_with_it(source.substr(5));
  if (!source.starts_with("import ")) return false;
  for (source.remove_prefix(7); !source.empty();) {
    const std::size_t end = std::min(source.find(','), source.size());
    if (begins_with_it(source.substr(0, end))) return true;
    source.remove_prefix(std::min(end + 1, source.size()));
  }
  return false;
}

// A library asked for a module of Python, or of another library, and got a file of the user's.
std::string file_that_hides(const evidence::Traceback& traceback) {
  const auto& frames = traceback.frames;  // innermost first
  for (std::size_t i = 0; i + 1 < frames.size(); ++i) {
    const evidence::Frame& imported = frames[i];
    // A file that does not compile has no function.
    const bool imports = imported.function == "<module>" || (i == 0 && imported.function.empty());
    const std::string_view name = stem_of(imported.file);
    if (!imports || name.empty() || is_library(imported.file)) continue;
    const evidence::Frame& importing = frames[i + 1];
    const bool asked = asks_for(importing.source, name);
    // A script that has the name of what it imports gets itself.
    if (asked && stem_of(importing.file) == name && importing.function == "<module>")
      return imported.file;
    if (is_library(importing.file) && (asked || evidence::is_standard_module(name)))
      return imported.file;
  }
  return {};
}

// Is it the same end, with those who led to it?
bool continues(const evidence::Traceback& longer, const evidence::Traceback& single) {
  return longer.frames.size() > 1 && longer.error_type == single.error_type &&
         longer.frames.front().file == single.frames.front().file;
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
  const std::string hiding = file_that_hides(traceback);
  if (!hiding.empty()) tell(out, "python.shadowing_file", hiding, source);
}

}  // namespace

void read_python(const intake::Excerpt& excerpt, casefile::CaseFile& out) {
  const std::string text = intake::joined(excerpt);
  const auto dump = evidence::last_fault_dump(text);
  auto traceback = evidence::last_traceback(text);
  // Of a file that does not compile it may be that file's place alone.
  if (!traceback || traceback->frames.size() == 1) {
    auto headless = evidence::headless_traceback(text);
    if (headless && (!traceback || continues(*headless, *traceback)))
      traceback = std::move(headless);
  }
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
  if (!dump && !traceback) {
    const auto frames = evidence::headless_dump(text);
    add_stack(frames, place_of(excerpt, frames.empty() ? "" : frames.front().file), out);
    if (!frames.empty())
      add_importing(evidence::importing(frames, {}), place_of(excerpt, frames.back().file), out);
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
