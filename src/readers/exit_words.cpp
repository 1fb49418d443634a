// Ends of processes as shells, Python, debuggers, supervisors and Windows word them. Who watched a
// process says how it ended; a line that only has the number or the word in it does not.
#include "readers/exit_reasons.h"
#include "readers/readers.h"
#include "readers/told.h"
#include "readers/wording.h"

#include <algorithm>
#include <array>

namespace km::readers {
namespace {

// Words of shells for signals, as signal_of_words knows them.
#define KM_SIGNAL_WORDS                                                                        \
  "segmentation (?:fault|violation)|segfault|memory fault|illegal (?:hardware )?instruction|"  \
  "illegal operation|abort trap|aborted|abort|bus error|killed|trace/(?:bpt|breakpoint) trap|" \
  "trace trap|floating point exception|terminated|hangup|quit|alarm clock|cpu ?time limit "    \
  "exceeded|file ?size limit exceeded|(?:bad|invalid) system call"

// The last group that took part: "signal 10: SIGBUS" has the name, which knows best, behind the
// number.
std::string_view last_of(const Groups& groups) {
  const auto last = std::find_if(groups.rbegin(), groups.rend() - 1,
                                 [](std::string_view group) { return !group.empty(); });
  return last == groups.rend() - 1 ? std::string_view() : *last;
}

void tell_end(Line& line, const End& end) {
  if (!end.signal.empty()) tell(line.out, "exit.signal", end.signal, line.source);
  if (!end.windows_status.empty())
    tell(line.out, "exit.windows_status", end.windows_status, line.source);
  if (end.code) tell(line.out, "exit.code", *end.code, line.source);
}

void tell_code(Line& line, std::optional<std::int64_t> number, bool plain_codes_count) {
  if (!number) return;
  const auto end = end_of_code(*number, line.numbering);
  if (end && (!end->code || plain_codes_count)) tell_end(line, *end);
}

// A number, a name or a word, in this order of what stands in the text; the name knows best, since
// numbers differ between systems.
void tell_signal(Line& line, std::string_view text) {
  auto signal = ending_signal(text);
  if (!signal) signal = signal_of_words(text);
  if (!signal) {
    if (const auto number = code_number(text)) signal = signal_of_number(*number, line.numbering);
  }
  if (signal) tell(line.out, "exit.signal", *signal, line.source);
}

// A program may well say 1 about anything that it started; only who watched our process counts
// with a plain code. Signals and Windows statuses count from everybody.
void exit_code(Line& line, const Groups& groups) {
  static const evidence::Pattern handled(
      R"((?i)\bretry|\bignor|\bexpected\b|\bhandled\b|\brecover|\bmeans\b|\btolerat)");
  static const evidence::Pattern watched(
      R"(Process finished with exit code|(?i:\bkernel\b.{0,80}\b(?:died|dead|exited|crashed|terminated))|)"
      R"((?i:command terminated with exit code)|^\s*Exit Code:\s|\bExited \(|server stopped, with exit code|)"
      R"((?i:process exited, exit - |process died ExitCode|^[\w.-]+ +exited with code |task \d+: exited with ))");
  // PyCharm names the signal behind the code, and knows it better.
  if (line.text.find("interrupted by signal") != std::string_view::npos) return;
  if (!handled.found_in(line.text))
    tell_code(line, code_number(last_of(groups)), watched.found_in(line.text));
}

void make_error(Line& line, const Groups& groups) {
  tell_code(line, code_number(groups[1]), false);
}

void signal(Line& line, const Groups& groups) { tell_signal(line, last_of(groups)); }

void service_status(Line& line, const Groups& groups) {
  if (groups[1] == "exited") {
    tell_code(line, code_number(groups[2]), true);
  } else {
    tell_signal(line, groups[3]);
  }
  if (groups[1] == "dumped") tell(line.out, "exit.core_dumped", true, line.source);
}

void workers(Line& line, const Groups& groups) {
  static const evidence::Pattern one(R"((SIG[A-Z0-9]+|EXIT)\((-?\d+)\))");
  std::string_view rest = groups[1];
  for (auto worker = one.match(rest); !worker.empty(); worker = one.match(rest)) {
    if (worker[1] == "EXIT") {
      tell_code(line, code_number(worker[2]), true);
    } else {
      tell_signal(line, worker[1]);
    }
    rest = std::string_view(
        worker[0].data() + worker[0].size(),
        static_cast<std::size_t>(rest.data() + rest.size() - worker[0].data() - worker[0].size()));
  }
}

void dumped(Line& line, const Groups& groups) {
  signal(line, groups);
  tell(line.out, "exit.core_dumped", true, line.source);
}

void emulator(Line& line, const Groups& groups) {
  signal(line, groups);
  tell(line.out, "host.translation", "qemu-user", line.source);
}

// faulthandler's names for the statuses that have one.
void windows_exception(Line& line, const Groups& groups) {
  struct Name {
    std::string_view words;
    std::string_view status;
  };
  constexpr auto kNames = std::to_array<Name>({
      {"access violation", "0xC0000005"},
      {"stack overflow", "0xC00000FD"},
      {"int divide by zero", "0xC0000094"},
      {"integer overflow", "0xC0000095"},
      {"float divide by zero", "0xC000008E"},
      {"float overflow", "0xC0000091"},
      {"page error", "0xC0000006"},
      {"illegal instruction", "0xC000001D"},
  });
  for (const Name& name : kNames) {
    if (groups[1].starts_with(name.words))
      return tell(line.out, "exit.windows_status", name.status, line.source);
  }
  // Others, like 0x8001010d of COM, are thrown and caught in healthy processes.
  if (!groups[2].empty()) {
    const auto code = code_number(groups[2]);
    if (code && *code >> 28 == 0xC) tell_code(line, code, false);
  }
}

void windows_code(Line& line, const Groups& groups) {
  tell_code(line, code_number(groups[1], true), false);
}

void windows_module(Line& line, const Groups& groups) {
  if (evidence::lower(groups[1]) != "unknown")
    tell(line.out, "crash.image", groups[1], line.source);
}

void windows_program(Line& line, const Groups& groups) {
  tell(line.out, "crash.process", groups[1], line.source);
}

void unhandled_exception(Line& line, const Groups& groups) {
  tell(line.out, "crash.image", groups[1], line.source);
  tell(line.out, "crash.process", groups[2], line.source);
  tell_code(line, code_number(groups[3]), false);
}

// Literals in lower case.
const Wording kWordings[] = {
    {"exit",
     evidence::Pattern(
         R"((?i)\bexit(?:ed)?(?: with)?(?: an?)?(?: non-?zero)?(?: error)?[ _-]?(?:code|status)(?: is| was| of)?)"
         R"(["']?\s*[:=]?\s*["'(\[]{0,2}(-?\d{1,10}|0x[0-9a-f]{8})\b)"),
     exit_code},
    {"was sent code", evidence::Pattern(R"(\bwas sent code (\d{1,3})\b)"), exit_code},  // gunicorn
    {"exited (", evidence::Pattern(R"(\bExited \((\d{1,3})\))"), exit_code},
    {"exit",
     evidence::Pattern(R"((?i)\bexited with (-?\d{1,10})\b|process exited, exit - (-?\d{1,10}))"),
     exit_code},
    {"return", evidence::Pattern(R"((?i)\breturn ?code\s*[:=]?\s*(-?\d{1,10})\b)"), exit_code},
    {"***", evidence::Pattern(R"(\*\*\* \[[^\]]*\] Error (\d{1,3})\b)"), make_error},
    {"signals.", evidence::Pattern(R"(<Signals\.(SIG[A-Z0-9]+))"), signal},
    {"exitcode", evidence::Pattern(R"((?i)exitcode=-(SIG[A-Z0-9]+))"), signal},
    {"signal",
     evidence::Pattern(
         R"((?i)\b(?:died|killed|terminated|interrupted|ended|exited|crashed|failed|stopped|caught|received|raised|)"
         R"(code null|code=null)(?:,? (?:with|from|by|on|due to|because of|unexpectedly|prematurely:?|the|an?|unix|)"
         R"(fatal|unhandled|exit))*,?:? ?signals?[ :#=]*["'(<\[]*(?:)"
         R"((SIG[A-Z0-9]+)|(\d{1,2})\b(?:[:, (/]+(SIG[A-Z0-9]+|)" KM_SIGNAL_WORDS
         R"())?|()" KM_SIGNAL_WORDS R"())\b)"),
     signal},
    {"sig",
     evidence::Pattern(
         R"(\b(?i:killed|terminated|died|crashed|interrupted|received|caught|was sent)(?i: by| with| from| a)*)"
         R"( \(?(SIG[A-Z0-9]+)\b)"),
     signal},
    {"exit codes of the workers", evidence::Pattern(R"(exit codes of the workers are \{([^}]*)\})"),
     workers},
    {"signal", evidence::Pattern(R"((?i)\bSignal (\d{1,2}) \((SIG[A-Z0-9]+)\) received)"), signal},
    {"signal",
     evidence::Pattern(R"((?i)(?:^|\s|")signal: (?:\d{1,2} \(([A-Z]+)\)|()" KM_SIGNAL_WORDS
                       R"()\b))"),
     signal},
    {"signal (",
     evidence::Pattern(R"((?:^|\] )signal \((\d{1,2})(?:\.-?\d+)?\): ?(?i:()" KM_SIGNAL_WORDS
                       R"())?)"),
     signal},
    {"sig",
     evidence::Pattern(
         R"((?:^\s*|: |\] )(?:panic: )?(?:\*\*\* |# +)?(SIG(?:SEGV|ABRT|ILL|BUS|FPE|TRAP|SYS)):? )"
         R"((?:segmentation|abort|illegal|bus|floating|trace|bad|received|\(@?0x))"),
     signal},
    {"by signal", evidence::Pattern(R"(\(by signal (\d{1,2})\))"), signal},            // s6
    {"anom_abend", evidence::Pattern(R"(\bANOM_ABEND .*\bsig=(\d{1,2})\b)"), signal},  // auditd
    {"code=", evidence::Pattern(R"(code=(exited|killed|dumped), status=(\d+)/([A-Z]+))"),
     service_status},
    {"caught", evidence::Pattern(R"((?i)\*\*\* caught ()" KM_SIGNAL_WORDS R"()\b)"), signal},
    {"uncaught target signal",
     evidence::Pattern(R"((?i)\bqemu: uncaught target signal (\d{1,2})(?: \(([a-z /]+)\))?)"),
     emulator},
    {"fatal python error",
     evidence::Pattern(R"(Fatal Python error: (Segmentation fault|Aborted|Illegal instruction|)"
                       R"(Bus error|Floating point exception|Floating-point exception))"),
     signal},
    {"windows fatal exception",
     evidence::Pattern(R"(Windows fatal exception: (code (0x[0-9a-fA-F]{1,8})|[a-z ]+))"),
     windows_exception},
    // Shells. "line 28:  8156 Killed    python3 main.py", "[1]    10389 segmentation fault  python"
    {"line ", evidence::Pattern(R"(\bline \d+:\s+\d+ (?i:()" KM_SIGNAL_WORDS R"())\b)"), signal},
    {"[", evidence::Pattern(R"(^\s*\[\d+\][\s+-]+(?:\d+\s+)?(?i:()" KM_SIGNAL_WORDS R"())\b)"),
     signal},
    {"zsh: ", evidence::Pattern(R"(zsh: (?i:()" KM_SIGNAL_WORDS R"())\b)"), signal},
    // A job's line that lost its "[1]".
    {"",
     evidence::Pattern(R"(^\s*\d{2,8} +(segmentation fault|illegal hardware instruction|bus error|)"
                       R"(abort|killed|trace trap)  ?\S)"),
     signal},
    {"*** break ***", evidence::Pattern(R"(\*\*\* Break \*\*\* (?i:()" KM_SIGNAL_WORDS R"())\b)"),
     signal},  // ROOT
    {"exc_", evidence::Pattern(R"(\bEXC_[A-Z_]+ \((SIG[A-Z]+)\))"), signal},
    {"core dumped", evidence::Pattern(R"((?i)\b()" KM_SIGNAL_WORDS R"()\s*\(core dumped\))"),
     dumped},
    // macOS adds the number: "Segmentation fault: 11"
    {":",
     evidence::Pattern(
         R"(\b(Segmentation fault|Illegal instruction|Bus error|Abort trap|Killed|Trace/BPT trap|)"
         R"(Floating point exception|Terminated|Bad system call): \d{1,2}\b)"),
     signal},
    // The whole line, behind a prompt's or a quotation's sign.
    {"",
     evidence::Pattern(
         R"(^[\s>#$%*|E-]{0,12}(?:(?:ba|da|)sh: )?(Segmentation fault|Illegal instruction|Bus error|)"
         R"(Abort trap|Aborted|Killed|Trace/breakpoint trap|Floating point exception|Terminated|Hangup|)"
         R"(Bad system call|CPU time limit exceeded|File size limit exceeded|Memory fault)\.?\s*$)"),
     signal},
    {"srun: error",
     evidence::Pattern(R"(srun: error: .*\btasks? [\d,-]+: (?i:()" KM_SIGNAL_WORDS R"())\b)"),
     signal},
    {"***",
     evidence::Pattern(R"(\*\*\* \[[^\]]*\] ()"
                       "(?i:" KM_SIGNAL_WORDS R"())\b)"),
     signal},
    // Windows' own reports and debuggers.
    {"code:", evidence::Pattern(R"((?i)\bexception ?code:\s*(?:0x)?([0-9a-f]{8})\b)"),
     windows_code},
    {"module name:", evidence::Pattern(R"((?i)\bfault(?:ing)? module name:\s*([^\s,]+))"),
     windows_module},
    {"application name:", evidence::Pattern(R"((?i)\bfault(?:ing)? application name:\s*([^\s,]+))"),
     windows_program},
    {"unhandled exception at",
     evidence::Pattern(
         R"(Unhandled exception at 0x[0-9A-Fa-f]+ \(([^)]+)\) in ([^\s:]+): (0x[0-9A-Fa-f]{8}))"),
     unhandled_exception},
    {"exception_", evidence::Pattern(R"(EXCEPTION_[A-Z_]+ \(0x([0-9a-fA-F]{8})\))"), windows_code},
    {"unable to start correctly",
     evidence::Pattern(R"(unable to start correctly \(0x([0-9a-fA-F]{8})\))"), windows_code},
};

// Where the names of a Mac stand in the text, so do its numbers.
Numbering numbering_of(const intake::Excerpt& excerpt) {
  for (const intake::ExcerptLine& line : excerpt.lines) {
    for (const std::string_view sign : {"/Users/", "macOS", "Darwin", "Abort trap: 6", ".dylib"}) {
      if (line.text.find(sign) != std::string::npos) return Numbering::of_macos;
    }
  }
  return Numbering::of_linux;
}

}  // namespace

void read_exit_words(const intake::Excerpt& excerpt, casefile::CaseFile& out) {
  const std::size_t before = out.facts.size();
  const Numbering numbering = numbering_of(excerpt);
  for (const intake::ExcerptLine& kept : excerpt.lines) {
    for_wordings_in(kept.text, evidence::lower(kept.text), kWordings,
                    [&](const Wording& wording, const Groups& groups) {
                      Line line{kept.text, intake::source_of(excerpt, kept), out, numbering};
                      wording.read(line, groups);
                    });
  }
  read_exit_reasons(excerpt, out);
  if (out.facts.size() > before) tell(out, "evidence.kind", "exit status", excerpt.name);
}

#undef KM_SIGNAL_WORDS

}  // namespace km::readers
