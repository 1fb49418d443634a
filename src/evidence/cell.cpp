// Reads the running cell's source for calls that end a process: a deliberate exit is no mystery.
#include "evidence/cell.h"

#include "evidence/collectors.h"
#include "jupyter/utf8.h"

#include <algorithm>
#include <array>

namespace km::evidence {
namespace {

constexpr std::size_t kMaxCalls = 50;
constexpr std::size_t kMaxCallBytes = 60;

bool is_name(char c) {
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (static_cast<unsigned char>(c) & 0x80U) != 0;
}

// The source with comments and the insides of strings blanked, offsets unchanged.
std::string code_only(std::string_view source) {
  std::string code(source);
  const auto blank = [&](std::size_t begin, std::size_t end) {
    for (; begin < end; ++begin) {
      if (code[begin] != '\n') code[begin] = ' ';
    }
  };
  std::size_t i = 0;
  while (i < source.size()) {
    if (source[i] == '#') {
      const std::size_t end = std::min(source.find('\n', i), source.size());
      blank(i, end);
      i = end;
      continue;
    }
    if (source[i] != '\'' && source[i] != '"') {
      ++i;
      continue;
    }
    const char quote = source[i];
    const bool triple = source.substr(i, 3) == std::string(3, quote);
    const std::size_t begin = i + (triple ? 3 : 1);
    std::size_t end = begin;
    // Unterminated ones end where Python would say so: at the end of the line, or of the source.
    while (end < source.size()) {
      if (source[end] == '\\') {
        end += 2;
        continue;
      }
      if (triple ? source.substr(end, 3) == std::string(3, quote)
                 : (source[end] == quote || source[end] == '\n'))
        break;
      ++end;
    }
    end = std::min(end, source.size());
    blank(begin, end);
    i = std::min(end + (triple ? 3 : 1), source.size());
  }
  return code;
}

// Whole names, and last parts under any name of the module ("import os as o").
bool may_end_process(std::string_view name) {
  static constexpr auto kWhole =
      std::to_array<std::string_view>({"exit", "quit", "sys.exit", "os.kill", "os.killpg"});
  static constexpr auto kLast = std::to_array<std::string_view>(
      {"_exit", "abort", "raise_signal", "setrlimit", "_sigsegv", "_sigabrt", "_sigfpe",
       "_read_null", "_fatal_error_c_thread", "_stack_overflow", "string_at", "wstring_at",
       "memset", "memmove", "from_address", "mmap", "memmap", "truncate", "ftruncate"});
  if (name.starts_with("ctypes.")) return true;
  return std::find(kWhole.begin(), kWhole.end(), name) != kWhole.end() ||
         std::find(kLast.begin(), kLast.end(), name.substr(name.rfind('.') + 1)) != kLast.end();
}

// Handed over to be called by somebody else: loop.call_soon(sys.exit, 4).
bool is_handed_over(std::string_view name) {
  return name == "sys.exit" || name == "os._exit" || name == "os.abort";
}

// The call with its arguments from the true source, in one line.
std::string call_text(std::string_view source, std::string_view code, std::size_t begin,
                      std::size_t open) {
  int depth = 0;
  std::size_t end = open;
  while (end < code.size()) {
    if (code[end] == '(') ++depth;
    if (code[end] == ')' && --depth == 0) break;
    ++end;
  }
  std::string text(source.substr(begin, std::min(end + 1, source.size()) - begin));
  text.erase(std::remove(text.begin(), text.end(), '\n'), text.end());
  if (text.size() > kMaxCallBytes) {
    text.resize(jupyter::utf8_cut(text, kMaxCallBytes));
    text += "\u2026";
  }
  return text;
}

void add_once(std::vector<std::string>& calls, std::string call) {
  if (calls.size() < kMaxCalls && std::find(calls.begin(), calls.end(), call) == calls.end())
    calls.push_back(std::move(call));
}

// The line that begins at `begin` is for the shell ("!kill -9 $PPID").
bool is_shell_kill(std::string_view line) {
  const std::size_t at = line.find_first_not_of(' ');
  return at != std::string_view::npos && line[at] == '!' &&
         line.find("kill", at) != std::string_view::npos;
}

}  // namespace

std::vector<std::string> ending_calls(std::string_view source) {
  const std::string blanked = code_only(source);
  const std::string_view code = blanked;
  std::vector<std::string> calls;
  std::string_view word_before;
  std::size_t i = 0;
  while (i < code.size() && calls.size() < kMaxCalls) {
    if (i == 0 || code[i - 1] == '\n') {
      const std::string_view line = code.substr(i, code.find('\n', i) - i);
      if (is_shell_kill(line))
        add_once(calls, std::string(line.substr(line.find('!'), kMaxCallBytes)));
    }
    if (!is_name(code[i])) {
      if (code[i] != ' ' && code[i] != '\t') word_before = {};
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < code.size() && (is_name(code[end]) || code[end] == '.')) ++end;
    const std::string_view name = code.substr(i, end - i);
    const std::size_t next = code.find_first_not_of(" \t", end);
    const bool call = next != std::string_view::npos && code[next] == '(';
    const bool attribute = i > 0 && code[i - 1] == '.';  // of a call's result: a.b().exit()
    if (name == "SystemExit" && word_before == "raise") {
      add_once(calls, call ? "raise " + call_text(source, code, i, next) : "raise SystemExit");
    } else if (call && !attribute && word_before != "def" && word_before != "class" &&
               may_end_process(name)) {
      add_once(calls, call_text(source, code, i, next));
    } else if (next != std::string_view::npos && (code[next] == ',' || code[next] == ')') &&
               is_handed_over(name)) {
      add_once(calls, std::string(name));
    }
    word_before = name;
    i = end;
  }
  return calls;
}

void collect_cell(const Scene& scene, casefile::CaseFile& out) {
  if (!scene.cell) return;
  if (scene.cell->index)
    out.add("cell.index", std::int64_t{*scene.cell->index}, "the running cell");
  const auto calls = ending_calls(scene.cell->source);
  if (calls.empty()) {
    out.none("cell.calls", "source of the running cell");
    return;
  }
  out.add("cell.calls", calls, "source of the running cell");
}

}  // namespace km::evidence
