// Makes facts of what Python said: stack, fatal error, last exception, imports, the line of the
// cell.
#include "evidence/collectors.h"
#include "evidence/python_text.h"
#include "jupyter/cell_name.h"

#include <array>
#include <filesystem>
#include <system_error>
#include <utility>

namespace km::evidence {
namespace {

constexpr std::string_view kDump = "faulthandler dump on fd 2";
constexpr std::string_view kTraceback = "last traceback on fd 2";
constexpr std::size_t kLineTextBytes = 300;

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string text_of(const Frame& frame, const Scene& scene) {
  const auto cell = scene.cell_files.find(std::string(base_name(frame.file)));
  return frame_text(frame, cell != scene.cell_files.end() ? cell->second : shown_path(frame.file));
}

std::string line_of(std::string_view source, int line) {
  for (int i = 1; i < line; ++i) {
    const std::size_t end = source.find('\n');
    if (end == std::string_view::npos) return {};
    source.remove_prefix(end + 1);
  }
  source = source.substr(0, source.find('\n'));
  const std::size_t begin = source.find_first_not_of(" \t");
  return begin == std::string_view::npos ? std::string{}
                                         : std::string(source.substr(begin, kLineTextBytes));
}

// Where the running cell is on the stack: ipykernel names its code by a hash of it.
void add_cell_line(const Scene& scene, std::span<const Frame> stack, std::string_view source,
                   casefile::CaseFile& out) {
  if (!scene.cell) return;
  const std::string file = jupyter::cell_file_name(scene.cell->source);
  for (const Frame& frame : stack) {
    if (frame.line <= 0 || base_name(frame.file) != file) continue;
    out.add("cell.line", std::int64_t{frame.line}, source);
    if (std::string text = line_of(scene.cell->source, frame.line); !text.empty())
      out.add("cell.line_text", std::move(text), source);
    if (out.death && out.death->cell) out.death->cell->line = frame.line;
    return;
  }
}

void add_stack(const Scene& scene, std::span<const Frame> stack, std::string_view source,
               casefile::CaseFile& out) {
  std::vector<std::string> lines;
  lines.reserve(stack.size());
  for (const Frame& frame : stack) lines.push_back(text_of(frame, scene));
  if (out.death) out.death->python_stack = lines;
  out.add("python.stack", std::move(lines), source);
  out.add("python.stack_repeats", repeats_in(stack), source);
  add_cell_line(scene, stack, source, out);
}

void add_importing(std::vector<std::string> modules, std::string_view source,
                   casefile::CaseFile& out) {
  if (modules.empty()) {
    out.none("python.importing", source);
  } else {
    out.add("python.importing", std::move(modules), source);
  }
}

// faulthandler's names (Modules/faulthandler.c) as those of signals; empty: another error.
std::string_view signal_of(std::string_view fatal_error) {
  for (const auto& [words, signal] : std::to_array<std::pair<std::string_view, std::string_view>>(
           {{"Floating point exception", "SIGFPE"},
            {"Floating-point exception", "SIGFPE"},
            {"Illegal instruction", "SIGILL"},
            {"Bus error", "SIGBUS"},
            {"Aborted", "SIGABRT"}})) {
    if (fatal_error == words) return signal;
  }
  return {};
}

// The wait status then tells of the fault of the dump, not of the one that led to it.
void restore_first_signal(const Scene& scene, const FaultDump& dump, casefile::CaseFile& out) {
  const std::string_view first = signal_of(dump.fatal_error);
  if (!dump.cut_by_fault || first.empty() || !is_crash(scene)) return;
  for (casefile::Fact& fact : out.facts) {
    if (fact.name != "exit.signal") continue;
    fact.source = "faulthandler's first line; it crashed itself while it wrote the stacks (" +
                  casefile::to_text(fact.value) + ", " + fact.source + ")";
    fact.value = std::string(first);
  }
  if (out.death) out.death->signal = first;
}

void add_dump(const Scene& scene, const FaultDump& dump, casefile::CaseFile& out) {
  restore_first_signal(scene, dump, out);
  out.add("python.fatal_error", dump.fatal_error, kDump);
  if (!dump.extension_modules.empty())
    out.add("python.extension_modules", dump.extension_modules, kDump);
  if (out.death) out.death->native_stack = dump.native_stack;
  if (dump.stack.empty()) return;
  add_stack(scene, dump.stack, kDump, out);
  add_importing(importing(dump.stack, scene.working_folder), kDump, out);
}

void add_traceback(const Scene& scene, const Traceback& traceback, casefile::CaseFile& out) {
  if (!traceback.error_type.empty()) {
    out.add("python.error_type", traceback.error_type, kTraceback);
    out.add("python.error_text", traceback.error_text, kTraceback);
  }
  if (!traceback.frames.empty())
    out.add("python.error_file", traceback.frames.front().file, kTraceback);
  const std::string hiding =
      shadowing_file(traceback, scene.working_folder, [](const std::string& file) {
        std::error_code ignored;
        return std::filesystem::is_regular_file(file, ignored);
      });
  if (hiding.empty()) {
    out.none("python.shadowing_file", kTraceback);
  } else {
    out.add("python.shadowing_file", hiding, kTraceback);
  }
}

// 1 is what Python exits with after an exception that nobody caught: then the last traceback is the
// end.
bool ended_by_exception(const Scene& scene) {
  return scene.status && scene.status->signal == 0 && scene.status->code == 1;
}

void note_missing_stack(const Scene& scene, casefile::CaseFile& out) {
  if (scene.python.empty()) return;
  if (is_crash(scene)) {
    out.gap("the Python stack", "the process printed none before it died",
            "set PYTHONFAULTHANDLER=1 in the environment and run it again");
  } else if (may_be_killed(scene)) {
    out.gap("the Python stack", "a process that is killed by SIGKILL cannot print it any more");
  }
}

}  // namespace

void collect_python(const Scene& scene, std::string_view words, casefile::CaseFile& out) {
  const auto dump = last_fault_dump(words);
  const auto traceback = last_traceback(words);
  if (dump) {
    add_dump(scene, *dump, out);
  } else {
    out.none("python.fatal_error", "fd 2 of the process");
  }
  if (traceback) {
    add_traceback(scene, *traceback, out);
  } else {
    out.none("python.error_type", "fd 2 of the process");
  }
  if (const std::string missing = missing_module(words); !missing.empty()) {
    out.add("python.missing_module", missing, "fd 2 of the process");
  } else {
    out.none("python.missing_module", "fd 2 of the process");
  }
  if (dump && !dump->stack.empty()) return;
  if (!dump && traceback && !traceback->frames.empty() && ended_by_exception(scene)) {
    add_stack(scene, traceback->frames, kTraceback, out);
    add_importing(importing(*traceback, scene.working_folder), kTraceback, out);
    return;
  }
  note_missing_stack(scene, out);
}

}  // namespace km::evidence
