// Which of the stacks in a text is that of the crash, and what stands around it.
#include "readers/native_stack.h"

#include "readers/readers.h"
#include "readers/text.h"
#include "readers/told.h"
#include "readers/wording.h"

#include <algorithm>
#include <fmt/core.h>

namespace km::readers {
namespace {

constexpr std::size_t kMaxFrames = 128;

// Collects stacks line by line and keeps the one that most looks like the crash.
class StackReader {
 public:
  explicit StackReader(const intake::Excerpt& excerpt) : excerpt_(excerpt) {}

  void line(const intake::ExcerptLine& line) {
    if (auto parsed = parse_native_frame(line.text)) {
      frame(*std::move(parsed), line);
      return;
    }
    if (continues(line.text)) return;
    static const evidence::Pattern stop(
        R"(received signal |terminated with signal |stop reason = (?:EXC_|signal )|)"
        R"(\*\*\* Check failure stack trace|======= Backtrace:|^(?:\[\d+\] )?signal \(\d|)"
        R"(Process terminating with default action of signal|ERROR: AddressSanitizer|)"
        R"(\*\*\* SIG[A-Z]+ .*received|Process received signal|Problematic frame|forrtl: |)"
        R"(Terminating app due to uncaught exception|First throw call stack|Stack trace of thread|Current thread's C stack trace)");
    static const evidence::Pattern thread(
        R"(^\s*(\* )?thread #\d|^Thread \d+ \(|Stack trace of thread)");
    const bool stops = stop.found_in(line.text);
    if (stops || thread.found_in(line.text)) {
      finish();
      stopped_ = stops;
      selected_thread_ = line.text.starts_with("* thread") || line.text.starts_with("Thread 1 (");
    }
    if (!counted_) finish();
  }

  std::optional<NativeStack> result() {
    finish();
    return std::move(best_);
  }

 private:
  void frame(FrameLine&& parsed, const intake::ExcerptLine& line) {
    const bool next = current_ && parsed.writer == current_->writer &&
                      (parsed.number < 0 || parsed.number > last_number_);
    if (!next && parsed.writer == kMacosCallStack && !stopped_) return;
    if (!next) {
      finish();
      current_.emplace().writer = parsed.writer;
      current_->source = intake::source_of(excerpt_, line);
      counted_ = parsed.number >= 0 && parsed.writer != "valgrind report";
    }
    last_number_ = std::max(parsed.number, next ? last_number_ : 0);
    if (parsed.selected) selected_thread_ = true;
    if (current_->frames.size() < kMaxFrames) current_->frames.push_back(std::move(parsed).frame);
  }

  // gdb breaks long lines before "from" and "at".
  bool continues(std::string_view line) {
    static const evidence::Pattern from(R"(^\s+from (\S.*?)\s*$)");
    if (!current_ || current_->frames.empty() || !counted_) return false;
    const auto groups = from.match(line);
    if (groups.empty()) return line.starts_with("    ") && !line.starts_with("    thread");
    NativeFrame& last = current_->frames.back();
    if (last.image.empty()) {
      last.path = groups[1];
      last.image = file_name_of(groups[1]);
    }
    return true;
  }

  void finish() {
    if (!current_) return;
    const int score = score_of(*current_);
    // One line that looks like a frame may be anything.
    const bool stray = !counted_ && !stopped_ && current_->frames.size() < 2;
    const bool better =
        !stray && (!best_ || score > best_score_ ||
                   (score == best_score_ && best_->frames.size() == 1 &&
                    current_->frames.size() > 1));  // "0x... in f ()", then its whole stack
    if (better) {
      best_ = std::move(current_);
      best_score_ = score;
    }
    // The line at which a debugger stops is followed by the stack of the same thread.
    if (!counted_ || (best_ && best_->frames.size() > 1)) stopped_ = false;
    selected_thread_ = false;
    current_.reset();
  }

  int score_of(const NativeStack& stack) const {
    int score = 0;
    if (stopped_) score += 4;
    if (selected_thread_) score += 2;
    const bool fatal =
        std::any_of(stack.frames.begin(), stack.frames.end(), [](const NativeFrame& frame) {
          return frame.symbol == "<signal handler called>" || frame.symbol == "abort" ||
                 frame.symbol == "raise" || frame.symbol == "__pthread_kill";
        });
    if (fatal) score += 1;
    return score;
  }

  const intake::Excerpt& excerpt_;
  std::optional<NativeStack> current_;
  std::optional<NativeStack> best_;
  int best_score_ = 0;
  int last_number_ = 0;
  bool counted_ = false;  // the current one has numbers, so that other lines may stand between
  bool stopped_ = false;  // the next one was announced as that of the end
  bool selected_thread_ = false;
};

void lldb_stop(Line& line, const Groups& groups) {
  const std::string_view reason = groups[1];
  if (reason.starts_with("signal ")) {
    if (const auto signal = ending_signal(reason.substr(7)))
      tell(line.out, "exit.signal", *signal, line.source);
    return;
  }
  tell(line.out, "crash.exception", reason, line.source);
  struct Exception {
    std::string_view beginning;
    std::string_view signal;
  };
  // xnu's ux_exception(): a protected or misaligned address is SIGBUS, one without a map SIGSEGV.
  constexpr Exception kExceptions[] = {
      {"EXC_BAD_ACCESS (code=50,", "SIGKILL"}, {"EXC_BAD_ACCESS (code=2,", "SIGBUS"},
      {"EXC_BAD_ACCESS (code=257,", "SIGBUS"}, {"EXC_BAD_ACCESS", "SIGSEGV"},
      {"EXC_BAD_INSTRUCTION", "SIGILL"},       {"EXC_ARITHMETIC", "SIGFPE"},
      {"EXC_BREAKPOINT", "SIGTRAP"},           {"EXC_CRASH", "SIGABRT"},
  };
  for (const Exception& exception : kExceptions) {
    if (!reason.starts_with(exception.beginning)) continue;
    return tell(line.out, "exit.signal", exception.signal, line.source);
  }
}

void lldb_queue(Line& line, const Groups& groups) {
  tell(line.out, "crash.queue", groups[1], line.source);
}

void process(Line& line, const Groups& groups) {
  tell(line.out, "crash.process", file_name_of(groups[1]), line.source);
}

void abort_message(Line& line, const Groups& groups) {
  tell(line.out, "exit.signal", "SIGABRT", line.source);
  if (groups.size() > 1) tell(line.out, "crash.messages", groups[1], line.source);
}

void sanitizer(Line& line, const Groups& groups) {
  tell(line.out, "crash.exception", groups[1], line.source);
  if (groups[2] == "SEGV") tell(line.out, "exit.signal", "SIGSEGV", line.source);
}

void valgrind_end(Line& line, const Groups& groups) {
  if (const auto signal = ending_signal(groups[1]))
    tell(line.out, "exit.signal", *signal, line.source);
}

void loaded(Line& line, const Groups& groups) {
  if (is_openmp_runtime(file_name_of(groups[1])))
    tell(line.out, "libraries.openmp", groups[1], line.source);
}

const Wording kWordings[] = {
    {"stop reason = ",
     evidence::Pattern(R"(stop reason = (EXC_[A-Z_]+(?: \([^)]*\))?|signal SIG[A-Z0-9]+))"),
     lldb_stop},
    {"stop reason = EXC_", evidence::Pattern(R"(queue = '([^']+)'.*stop reason = EXC_)"),
     lldb_queue},
    // coredumpctl info
    {"Executable: ", evidence::Pattern(R"(^\s*Executable: (/\S.*?)\s*$)"), process},
    {"of user ", evidence::Pattern(R"(\bProcess \d+ \(([^)]+)\) of user \d+ dumped core)"),
     process},
    // glibc's malloc, the compiler's guards, C++, assert(): all of them end in abort().
    {"*** Error in `",
     evidence::Pattern(
         R"(\*\*\* Error in `[^']*': ([^:]+\(\): [a-z_ ().!]+|[a-z ]+(?:\([!a-z]+\))?))"),
     abort_message},
    {"***", evidence::Pattern(R"((\*\*\* (?:stack smashing|buffer overflow) detected \*\*\*))"),
     abort_message},
    {"(): ",
     evidence::Pattern(
         R"(^\s*((?:malloc|free|realloc|calloc|munmap_chunk|malloc_consolidate|_int_malloc|)"
         R"(mremap_chunk)\(\): [a-z_A-Z][\w <>,.()/-]*)$)"),
     abort_message},
    {"corrupt",
     evidence::Pattern(
         R"(^\s*(double free or corruption(?: \([!a-z]+\))?|corrupted size vs\. prev_size(?: .*)?|)"
         R"(corrupted double-linked list(?: .*)?)\s*$)"),
     abort_message},
    {"terminate called",
     evidence::Pattern(R"(\b(terminate called (?:after throwing an instance of '[^']+'|)"
                       R"(without an active exception|recursively)))"),
     abort_message},
    {"terminating ",
     evidence::Pattern(R"((libc\+\+abi(?:\.dylib)?: terminating (?:due to |with )?uncaught .*))"),
     abort_message},
    {"Terminating app",
     evidence::Pattern(R"((\*\*\* Terminating app due to uncaught exception .*))"), abort_message},
    {"Check failure stack trace", evidence::Pattern(R"(\*\*\* Check failure stack trace: \*\*\*)"),
     abort_message},
    {"ssertion ", evidence::Pattern(R"(:\d+: .*(Assertion `.*' failed)\.?)"), abort_message},
    {"ssertion failed: ",
     evidence::Pattern(R"(^(Assertion failed: .+, function .+, file .+, line \d+))"),
     abort_message},
    {"AddressSanitizer: ", evidence::Pattern(R"(ERROR: (AddressSanitizer: ([\w-]+)))"), sanitizer},
    {"Process terminating with",
     evidence::Pattern(R"(terminating with default action of signal \d+ \((SIG[A-Z]+)\))"),
     valgrind_end},
    // `image list` of lldb, `info sharedlibrary` of gdb.
    {"[", evidence::Pattern(R"(^\[ *\d+\] [0-9A-F-]{36} 0x[0-9a-f]+ (/\S.*?)\s*$)"), loaded},
    {"0x", evidence::Pattern(R"(^0x[0-9a-f]+ +0x[0-9a-f]+ +(?:Yes|No)[ (*)]+(/\S.*?)\s*$)"),
     loaded},
};

void tell_stack(const NativeStack& stack, casefile::CaseFile& out) {
  std::vector<std::string> frames;
  frames.reserve(stack.frames.size());
  for (const NativeFrame& frame : stack.frames) {
    frames.push_back(to_text(frame));
    if (is_openmp_runtime(frame.image) && !frame.path.empty())
      tell(out, "libraries.openmp", frame.path, stack.source);
  }
  if (const NativeFrame* guilty = guilty_frame(stack.frames)) {
    tell(out, "crash.frame", to_text(*guilty), stack.source);
    if (!guilty->image.empty() && !is_system_frame(*guilty))
      tell(out, "crash.image", guilty->image, stack.source);
  }
  if (!out.death) out.death.emplace();
  if (out.death->native_stack.empty()) out.death->native_stack = frames;
  tell(out, "crash.stack", std::move(frames), stack.source);
  tell(out, "evidence.kind", stack.writer, stack.source);
}

}  // namespace

std::optional<NativeStack> crashed_stack(const intake::Excerpt& excerpt) {
  StackReader reader(excerpt);
  for (const intake::ExcerptLine& line : excerpt.lines) reader.line(line);
  return reader.result();
}

void read_native_stacks(const intake::Excerpt& excerpt, casefile::CaseFile& out) {
  for (const intake::ExcerptLine& kept : excerpt.lines) {
    for_wordings_in(kept.text, kept.text, kWordings,
                    [&](const Wording& wording, const Groups& groups) {
                      Line line{kept.text, intake::source_of(excerpt, kept), out};
                      wording.read(line, groups);
                    });
  }
  if (const auto stack = crashed_stack(excerpt)) tell_stack(*stack, out);
}

}  // namespace km::readers
