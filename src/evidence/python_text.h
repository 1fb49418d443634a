// What Python itself says about its end: faulthandler dumps and tracebacks, read from the last
// words. Pure functions over any bytes; nothing here looks at the system.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace km::evidence {

struct Frame {
  std::string file;
  int line = 0;             // 0: unknown ("line ???")
  std::string function;     // empty in a SyntaxError
  std::string source = {};  // that line, where a traceback shows it
};

// `File "x.py", line 3 in f` (faulthandler) or `File "x.py", line 3, in f` (traceback), indented or
// not.
std::optional<Frame> parse_frame(std::string_view line);

// What faulthandler or Py_FatalError printed for the dying thread (CPython 3.8 to 3.14).
struct FaultDump {
  std::string fatal_error;                     // after "Fatal Python error: "
  std::vector<Frame> stack;                    // of the current thread, innermost first
  std::vector<std::string> native_stack;       // "libc.so.6`raise + 0x1e", 3.14 and later
  std::vector<std::string> extension_modules;  // native modules that were loaded, 3.10 and later
  // faulthandler itself crashed while it wrote this: the process ended by that second fault.
  bool cut_by_fault = false;
};
// The last one that has a stack; a dump of a living process (dump_traceback, a timeout) does not
// count.
std::optional<FaultDump> last_fault_dump(std::string_view words);
// The last frames in the form of a dump (`line 3 in f`, without a traceback's comma), where nothing
// of what stands above them was copied: two or more, innermost first. Empty for a text that names
// the order of its frames itself.
std::vector<Frame> headless_dump(std::string_view words);

struct Traceback {
  std::string error_type;     // "ModuleNotFoundError"
  std::string error_text;     // may have several lines
  std::vector<Frame> frames;  // innermost first
};
// The last one: of a chain the exception that came out in the end, of a group the group.
std::optional<Traceback> last_traceback(std::string_view words);

// The first frames of a text and the exception below them, where the header was not copied.
std::optional<Traceback> headless_traceback(std::string_view words);

// The last line that is an exception's own, "ImportError: text" or "numpy.linalg.LinAlgError:
// text", for texts whose header is missing or another program's (IPython, pytest, a part of a log).
std::optional<Traceback> last_error(std::string_view words);

// "a.b" of "No module named 'a.b'", also where the interpreter says so without a traceback ("python
// -m").
std::string missing_module(std::string_view words);

// The module a source file holds: "tensorflow.python.eager" for
// ".../site-packages/tensorflow/python/eager/__init__.py".
std::string module_of(std::string_view file, std::string_view working_folder);

// Modules whose import was under way, outermost first, from a stack that has the import machinery's
// frames.
std::vector<std::string> importing(std::span<const Frame> innermost_first,
                                   std::string_view working_folder);
// The same for a traceback, from which Python cuts those frames.
std::vector<std::string> importing(const Traceback& traceback, std::string_view working_folder);

// The path as people need it: below site-packages and the standard library only the part that names
// the module.
std::string shown_path(std::string_view file);

// "FILE:12 in f"; `file` is how the frame's file is shown.
std::string frame_text(const Frame& frame, std::string_view file);

// How often the most frequent function stands in the stack: recursion shows. 0 for an empty one.
std::int64_t repeats_in(std::span<const Frame> stack);

bool is_standard_module(std::string_view name);
// Hidden by a file of the working folder, it keeps ipykernel from starting, whatever that file
// holds. Measured with 62 names, ipykernel 7.4 and CPython 3.11.
bool is_needed_at_kernel_start(std::string_view name);

// The file of `folder` that hides a module of the same name and made this exception; empty: none.
// `exists` is asked for files that the text does not name itself.
std::string shadowing_file(const Traceback& traceback, std::string_view folder,
                           const std::function<bool(const std::string&)>& exists);

}  // namespace km::evidence
