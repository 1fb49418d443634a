// One line of a native stack, in the forms of a dozen writers; which frames say nothing.
#include "evidence/pattern.h"
#include "readers/exit_codes.h"
#include "readers/native_stack.h"
#include "readers/text.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>

namespace km::readers {
namespace {

using Groups = std::vector<std::string_view>;

// gdb writes "name (argument=value) from file": values may be private, and names may have brackets
// of their own ("operator() (...)", "std::function<void (int)>::call (...)").
std::string_view without_arguments(std::string_view text) {
  int depth = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '<') ++depth;
    if (text[at] == '>') --depth;
    if (depth <= 0 && text.substr(at).starts_with(" (")) return text.substr(0, at);
  }
  return text;
}

NativeFrame frame_of(std::string_view path, std::string_view symbol) {
  NativeFrame frame;
  frame.path = path.find_first_of("/\\") == std::string_view::npos ? std::string_view() : path;
  frame.image = file_name_of(path);
  constexpr auto kUnknown = std::to_array<std::string_view>(
      {"??", "???", "n/a", "(unknown)", "Unknown", "<unknown>", "unknown"});
  if (std::find(kUnknown.begin(), kUnknown.end(), symbol) == kUnknown.end()) frame.symbol = symbol;
  return frame;
}

NativeFrame numbered_frame(std::string_view rest) {
  static const evidence::Pattern coredump(R"(^(.+?) \((\S+) \+ 0x[0-9a-f]+\)$)");
  static const evidence::Pattern sanitizer(R"(^(?:(.*?) )?\(([^()\s]+)\+0x[0-9a-f]+\))");
  static const evidence::Pattern from(R"( from (\S.*)$)");
  static const evidence::Pattern source(R"( (?:/\S+|\S+:\d+(?::\d+)?)$)");
  if (const auto groups = coredump.match(rest); !groups.empty())
    return frame_of(groups[2], groups[1]);
  if (const auto groups = sanitizer.match(rest); !groups.empty())
    return frame_of(groups[2], groups[1]);
  const auto library = from.match(rest);
  std::string_view symbol = without_arguments(rest.substr(0, rest.find(" from ")));
  symbol = symbol.substr(0, symbol.find(" at "));
  if (const auto groups = source.match(symbol); !groups.empty())
    symbol.remove_suffix(groups[0].size());
  return frame_of(library.empty() ? std::string_view() : trimmed(library[1]), trimmed(symbol));
}

FrameLine numbered(const Groups& groups) {
  const auto number = code_number(groups[1]);
  return {"gdb backtrace", static_cast<int>(number.value_or(0)), false,
          numbered_frame(groups[2].empty() ? groups[3] : groups[2])};
}

FrameLine stopped_at(const Groups& groups) {
  return {"gdb backtrace", 0, false, numbered_frame(groups[1])};
}

FrameLine lldb(const Groups& groups) {
  static const evidence::Pattern end(
      R"( \+ \d+(?: at .*)?$| at \S+:\d+(?::\d+)?(?: .*)?$| \[opt\].*$)");
  std::string_view symbol = groups[4];
  for (auto cut = end.match(symbol); !cut.empty(); cut = end.match(symbol))
    symbol.remove_suffix(cut[0].size());
  const auto number = code_number(groups[2]);
  return {"lldb backtrace", static_cast<int>(number.value_or(0)), !groups[1].empty(),
          frame_of(groups[3], symbol)};
}

FrameLine glibc(const Groups& groups) {
  FrameLine line{"glibc backtrace", -1, false, frame_of(groups[1], groups[2])};
  if (line.frame.symbol.empty() && !groups[3].empty()) line.frame.symbol = groups[3];
  return line;
}

FrameLine abseil(const Groups& groups) {
  return {"abseil stack trace", -1, false, frame_of({}, trimmed(groups[1]))};
}

FrameLine faulthandler(const Groups& groups) {
  return {"faulthandler C stack", -1, false, frame_of(groups[1], groups[2])};
}

FrameLine julia(const Groups& groups) {
  return {"julia backtrace", -1, false,
          groups[1].empty() ? frame_of(groups[4], groups[3]) : frame_of(groups[2], groups[1])};
}

FrameLine valgrind(const Groups& groups) {
  return {"valgrind report", groups[1] == "at" ? 0 : -1, false, frame_of(groups[3], groups[2])};
}

FrameLine windbg(const Groups& groups) {
  return {"windows debugger", -1, false, frame_of(groups[1], groups[2])};
}

FrameLine macos(const Groups& groups) {
  const auto number = code_number(groups[1]);
  return {kMacosCallStack, static_cast<int>(number.value_or(0)), false,
          frame_of(groups[2], groups[3])};
}

FrameLine fortran(const Groups& groups) {
  return {"fortran traceback", -1, false, frame_of(groups[1], groups[2])};
}

FrameLine java(const Groups& groups) {
  return {"java error report", -1, false,
          frame_of(groups[1], groups[2].substr(0, groups[2].find('+')))};
}

struct Form {
  std::string_view literal;
  evidence::Pattern pattern;
  FrameLine (*read)(const Groups&);
};

const Form kForms[] = {
    {"frame #", evidence::Pattern(R"(^\s*(\*\s+)?frame #(\d{1,5}): 0x[0-9a-f]+ ([^`]+)`(.*)$)"),
     lldb},
    // Without an address only what has arguments: build tools number their steps the same way.
    {"#",
     evidence::Pattern(
         R"(^\s*#(\d{1,5})\s+(?:0x[0-9a-fA-F]+ +(?:in )?(\S.*?)|(<signal handler called>|)"
         R"([A-Za-z_~<:][^ (]* \(.*\)(?: at .*| from .*)?))\s*$)"),
     numbered},
    {" in ", evidence::Pattern(R"(^0x[0-9a-f]+ in (\S.*)$)"), stopped_at},
    {"Binary file",
     evidence::Pattern(R"re(^\s*Binary file "([^"]*)", at ([^\s+]*)\+?\S* \[0x[0-9a-f]+\])re"),
     faulthandler},
    {"[0x",
     evidence::Pattern(
         R"(^(?:\[[^\]]+\] ?\[ *\d+\] ?)?([^\s(\[]+)(?:\(([^)+]*)(\+0x[0-9a-f]+)?\))? ?\[0x[0-9a-f]+\])"),
     glibc},
    {"@", evidence::Pattern(R"(^\s*(?:PC: )?@\s+0x[0-9a-f]+\s+(?:\d+ )?(\S.*)$)"), abseil},
    {" + ", evidence::Pattern(R"(^\s*(\d{1,4}) +(\S.*?) +0x[0-9a-f]{8,16} (\S.*) \+ \d+$)"), macos},
    {" at ",
     evidence::Pattern(
         R"(^(\S.*) at (\S.*) \(unknown line\)$|^(\S+) at (\S+\.(?:jl|c|cc|cpp|h|inc)):\d+$)"),
     julia},
    {"== ",
     evidence::Pattern(R"(^==\d+==\s+(at|by) 0x[0-9A-Fa-f]+: (.+?) \((?:in ([^)]+)|[^)]*)\)$)"),
     valgrind},
    {"!",
     evidence::Pattern(
         R"(^(?:[0-9a-f]{2} )?[0-9a-f`]{8,17} [0-9a-f` :]* ?([\w.-]+)!([^\s+]+)(?:\+0x[0-9a-f]+)?)"),
     windbg},
    {"  ", evidence::Pattern(R"(^(\S+\.(?:dll|DLL|pyd|exe|so\S*|dylib)) +[0-9A-F]{16} +(\S+) )"),
     fortran},
    {"+0x", evidence::Pattern(R"(^#? ?[CV] +\[([^\]+]+)\+0x[0-9a-f]+\] *(\S*))"), java},
};

// Libraries that every crash passes through on its way out.
constexpr auto kSystemImages = std::to_array<std::string_view>(
    {"libc.so",    "libc-2",    "libpthread", "ld-linux", "ld-2",           "ld-musl",
     "libsystem_", "libc++abi", "libc++.1",   "libobjc",  "corefoundation", "libdyld",
     "dyld",       "ntdll",     "kernelbase", "kernel32", "ucrtbase",       "msvcrt",
     "vcruntime",  "libasan",   "linux-vdso", "libgcc_s"});

constexpr auto kSystemSymbols =
    std::to_array<std::string_view>({"raise",
                                     "gsignal",
                                     "abort",
                                     "killpg",
                                     "kill",
                                     "tgkill",
                                     "pthread_kill",
                                     "__pthread_kill",
                                     "__GI_",
                                     "__libc_message",
                                     "malloc_printerr",
                                     "__assert_fail",
                                     "__fortify_fail",
                                     "__stack_chk_fail",
                                     "__restore_rt",
                                     "_sigtramp",
                                     "<signal handler called>",
                                     "faulthandler_",
                                     "_Py_DumpStack",
                                     "_Py_FatalError",
                                     "fatal_error",
                                     "Py_FatalError",
                                     "std::terminate",
                                     "__cxxabiv1::",
                                     "__cxa_throw",
                                     "__cxa_rethrow",
                                     "_objc_terminate",
                                     "abort_message",
                                     "demangling_terminate_handler",
                                     "__verbose_terminate_handler",
                                     "__gnu_cxx::__verbose_terminate_handler",
                                     "signal_handler",
                                     "google::LogMessage",
                                     "google::(anonymous namespace)::FailureSignalHandler",
                                     "absl::lts_",
                                     "absl::log_internal",
                                     "tsl::internal::LogMessage",
                                     "tensorflow::internal::LogMessage",
                                     "_int_free",
                                     "cfree",
                                     "__interceptor_",
                                     "__asan",
                                     "__sanitizer",
                                     "(anonymous namespace)::throw_"});

}  // namespace

std::string to_text(const NativeFrame& frame) {
  if (frame.image.empty()) return frame.symbol.empty() ? "???" : frame.symbol;
  return fmt::format("{}`{}", frame.image, frame.symbol.empty() ? "???" : frame.symbol);
}

std::optional<FrameLine> parse_native_frame(std::string_view line) {
  for (const Form& form : kForms) {
    if (line.find(form.literal) == std::string_view::npos) continue;
    if (const auto groups = form.pattern.match(line); !groups.empty()) return form.read(groups);
  }
  return std::nullopt;
}

bool is_system_frame(const NativeFrame& frame) {
  const auto begins = [](std::string_view text, const auto& known) {
    return std::any_of(known.begin(), known.end(),
                       [&](std::string_view beginning) { return text.starts_with(beginning); });
  };
  if (begins(evidence::lower(frame.image), kSystemImages)) return true;
  // Only abseil's logging is a way to abort, not all of abseil.
  if (frame.symbol.starts_with("absl::lts_"))
    return frame.symbol.find("log_internal") != std::string::npos;
  return begins(frame.symbol, kSystemSymbols) || (frame.symbol.empty() && frame.image.empty());
}

const NativeFrame* guilty_frame(std::span<const NativeFrame> innermost_first) {
  const auto guilty =
      std::find_if_not(innermost_first.begin(), innermost_first.end(), is_system_frame);
  if (guilty != innermost_first.end()) return &*guilty;
  return innermost_first.empty() ? nullptr : &innermost_first.front();
}

bool is_openmp_runtime(std::string_view file_name) {
  for (const std::string_view runtime : {"libomp140", "libomp", "libiomp5md", "libiomp5", "libgomp",
                                         "vcomp140", "vcomp120", "vcomp110", "vcomp100"}) {
    if (!file_name.starts_with(runtime)) continue;
    const std::string_view rest = file_name.substr(runtime.size());
    return rest.starts_with('.') || rest.starts_with('-') || rest.starts_with('_');
  }
  return false;
}

}  // namespace km::readers
