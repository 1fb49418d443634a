// Native stacks in texts of debuggers and of libraries that print their own when they give up.
#pragma once

#include "intake/excerpt.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace km::readers {

struct NativeFrame {
  std::string image;   // file name of the library or program; empty: unknown
  std::string path;    // of it, where the text has one
  std::string symbol;  // without arguments and offset where the writer adds them; "+0x123": unknown
};
std::string to_text(const NativeFrame& frame);  // "image`symbol"

// What one line of a stack says.
struct FrameLine {
  std::string_view writer;  // "gdb backtrace"; stays what it is for all lines of a stack
  int number = -1;          // -1: this writer does not count its frames
  bool selected = false;    // the debugger's mark
  NativeFrame frame;
};
std::optional<FrameLine> parse_native_frame(std::string_view line);

// Apple's crash reports have lines of the same form, for every thread: these count only where a
// call stack was announced.
inline constexpr std::string_view kMacosCallStack = "macos call stack";

struct NativeStack {
  std::string_view writer;
  std::vector<NativeFrame> frames;  // innermost first
  std::string source;               // of its first line
};
// That of the thread which crashed, as far as the text tells: the one that a stop or a signal
// announces, else one that has a signal or an abort in it, else the first.
std::optional<NativeStack> crashed_stack(const intake::Excerpt& excerpt);

// The innermost frame that is not there for every crash: the system's libraries, signal handlers
// and ways to abort are left out, unless there is nothing else.
bool is_system_frame(const NativeFrame& frame);
const NativeFrame* guilty_frame(std::span<const NativeFrame> innermost_first);

// "libomp.dylib", "libgomp-a34b3233.so.1.0.0", "libiomp5md.dll"
bool is_openmp_runtime(std::string_view file_name);

}  // namespace km::readers
