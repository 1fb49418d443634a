// Readers of evidence that was handed in, one function a kind of text: each adds what it
// understands as facts with file and line, and says nothing about the rest. Pure; any bytes are
// safe.
#pragma once

#include "casefile/casefile.h"
#include "intake/excerpt.h"
#include "result.h"

#include <string>
#include <string_view>

namespace km::readers {

// Kernel log, also through journalctl or `log show`: OOM reports, faults, code signing.
void read_kernel_log(const intake::Excerpt& excerpt, casefile::CaseFile& out);
// Exit statuses as shells, IDEs, supervisors, Windows, containers and batch systems tell them.
void read_exit_words(const intake::Excerpt& excerpt, casefile::CaseFile& out);
// Native stacks: gdb, lldb, systemd-coredump, glibc's and TensorFlow's own.
void read_native_stacks(const intake::Excerpt& excerpt, casefile::CaseFile& out);
// pip, conda, collect_env, tf_env_collect, system_profiler, nvidia-smi, uname, file, "key: value".
void read_environment(const intake::Excerpt& excerpt, casefile::CaseFile& out);
// Python: tracebacks, faulthandler dumps, exceptions that stand alone.
void read_python(const intake::Excerpt& excerpt, casefile::CaseFile& out);
// Which programs wrote it.
void read_log_kinds(const intake::Excerpt& excerpt, casefile::CaseFile& out);
// An Apple crash or Jetsam report in any of its forms, alone in its file or pasted among other
// text. False: it is none.
bool read_apple_report(std::string_view text, const std::string& name, casefile::CaseFile& out);
// An ELF core file. An error says what is wrong with it; what could be read is kept all the same.
Result<> read_core_file(const std::string& path, casefile::CaseFile& out);

}  // namespace km::readers
