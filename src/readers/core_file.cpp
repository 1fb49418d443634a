// Makes facts of an ELF core file; its stacks are left to a debugger.
#include "readers/core_file.h"

#include "binary/elf.h"
#include "binary/instruction.h"
#include "evidence/pattern.h"
#include "readers/core_notes.h"
#include "readers/exit_codes.h"
#include "readers/native_stack.h"
#include "readers/readers.h"
#include "readers/text.h"
#include "readers/told.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>

namespace km::readers {
namespace {

// As sigaction(2) lists them; 0 and below and 128 mean the same for every signal.
std::string cause_of(std::string_view signal, std::int32_t code) {
  struct Cause {
    std::string_view signal;
    std::int32_t code;
    std::string_view name;
  };
  constexpr auto kCauses = std::to_array<Cause>({
      {"SIGSEGV", 1, "SEGV_MAPERR"},
      {"SIGSEGV", 2, "SEGV_ACCERR"},
      {"SIGSEGV", 4, "SEGV_PKUERR"},
      {"SIGBUS", 1, "BUS_ADRALN"},
      {"SIGBUS", 2, "BUS_ADRERR"},
      {"SIGBUS", 3, "BUS_OBJERR"},
      {"SIGILL", 1, "ILL_ILLOPC"},
      {"SIGILL", 2, "ILL_ILLOPN"},
      {"SIGFPE", 1, "FPE_INTDIV"},
      {"SIGFPE", 2, "FPE_INTOVF"},
      {"", 0, "SI_USER"},
      {"", -1, "SI_QUEUE"},
      {"", -6, "SI_TKILL"},
      {"", 128, "SI_KERNEL"},
  });
  for (const Cause& cause : kCauses) {
    if (cause.code == code && (cause.signal.empty() || cause.signal == signal))
      return std::string(cause.name);
  }
  return fmt::format("si_code {}", code);
}

std::string shell_quoted(std::string_view word) {
  static const evidence::Pattern plain(R"(^[\w./+-]+$)");
  if (plain.found_in(word)) return std::string(word);
  std::string result = "'";
  for (const char byte : word) result += byte == '\'' ? std::string("'\\''") : std::string(1, byte);
  return result + "'";
}

struct Report {
  const CoreElf& core;
  const CoreNotes& notes;
  const std::string& name;
  casefile::CaseFile& out;

  void add(std::string_view fact, std::string_view value, std::string_view note) const {
    tell(out, fact, value, fmt::format("{}: {}", name, note));
  }
};

void tell_signal(const Report& report) {
  const CoreNotes& notes = report.notes;
  auto& death = report.out.death ? *report.out.death : report.out.death.emplace();
  if (notes.pid > 0) death.pid = notes.pid;
  const auto signal = signal_of_number(notes.signal, Numbering::of_linux);
  if (!signal) {
    if (notes.threads > 0) {
      report.out.gap("the signal in " + report.name,
                     "the core file names none: gcore makes such files of living processes");
    }
    return;
  }
  death.signal = *signal;
  report.add("exit.signal", *signal, "NT_PRSTATUS");
  tell(report.out, "exit.core_dumped", true, report.name);
  if (!notes.signal_code) return;
  std::string exception = fmt::format("{}, {}", *signal, cause_of(*signal, *notes.signal_code));
  if (notes.fault_address) exception += fmt::format(" at 0x{:x}", *notes.fault_address);
  report.add("crash.exception", exception, "NT_SIGINFO");
}

void tell_place(const Report& report) {
  const CoreNotes& notes = report.notes;
  if (!notes.pc) return;
  const std::uint64_t pc = *notes.pc;
  // abort() and kill() end inside the C library whoever called them.
  const bool sent = notes.signal_code && *notes.signal_code <= 0;
  const auto holder =
      std::find_if(notes.files.begin(), notes.files.end(),
                   [pc](const MappedFile& file) { return file.start <= pc && pc < file.end; });
  if (holder != notes.files.end() && !sent) {
    const std::string image(file_name_of(holder->path));
    report.add("crash.image", image, "NT_FILE at the program counter");
    report.add("crash.frame", fmt::format("{}`+0x{:x}", image, pc - holder->start + holder->offset),
               "NT_FILE at the program counter");
  }
  if (report.core.machine() != binary::kMachineX86_64 || sent) return;
  constexpr std::size_t kLongest = 15;
  const std::string code = report.core.memory(pc, kLongest);
  const auto instruction = binary::decode_x86_64(code);
  if (instruction) {
    report.add("crash.instruction", instruction->mnemonic, "memory at the program counter");
    report.add("crash.instruction_set", instruction->set, "memory at the program counter");
  } else {
    report.out.gap("the instruction at which it died",
                   fmt::format("{} does not hold the code at 0x{:x}", report.name, pc));
  }
}

void tell_files(const Report& report) {
  static const evidence::Pattern python(
      R"(/(?:lib)?python(\d\.\d{1,2})(?:[a-z]*\.(?:so|dylib)|/site-packages/|/lib-dynload/))");
  constexpr auto kTranslators =
      std::to_array<std::pair<std::string_view, std::string_view>>({{"rosetta", "rosetta"},
                                                                    {"box64", "box64"},
                                                                    {"FEXInterpreter", "fex"},
                                                                    {"qemu-x86_64", "qemu-user"}});
  for (const MappedFile& file : report.notes.files) {
    const std::string_view base = file_name_of(file.path);
    if (is_openmp_runtime(base)) report.add("libraries.openmp", file.path, "NT_FILE");
    if (base.starts_with("python")) report.add("python.executable", file.path, "NT_FILE");
    if (const auto found = python.match(file.path); !found.empty())
      report.add("python.version", found[1], "NT_FILE");
    for (const auto& [beginning, translator] : kTranslators) {
      if (base.starts_with(beginning)) report.add("host.translation", translator, "NT_FILE");
    }
  }
}

void tell_process(const Report& report) {
  const CoreNotes& notes = report.notes;
  report.add("host.os", "linux", "ELF notes");
  if (!notes.process.empty()) report.add("crash.process", notes.process, "NT_PRPSINFO");
  if (!notes.first_word.empty()) report.add("kernel.argv", notes.first_word, "NT_PRPSINFO");
  if (notes.threads > 0)
    tell(report.out, "threads.last", std::int64_t{notes.threads}, report.name + ": NT_PRSTATUS");
  const bool x86 = report.core.machine() == binary::kMachineX86_64;
  const bool arm = report.core.machine() == binary::kMachineArm64;
  if ((x86 || arm) && notes.process.starts_with("python"))
    report.add("python.architecture", x86 ? "x86_64" : "arm64", "ELF header");
  if (!arm || !notes.hardware) return;
  // Those of asm/hwcap.h that wheels are built for.
  constexpr auto kFeatures = std::to_array<std::pair<unsigned, std::string_view>>(
      {{1, "asimd"}, {8, "atomics"}, {10, "asimdhp"}, {20, "asimddp"}, {22, "sve"}});
  std::vector<std::string> features;
  for (const auto& [bit, feature] : kFeatures) {
    if ((*notes.hardware >> bit & 1U) != 0) features.emplace_back(feature);
  }
  tell(report.out, "cpu.features", std::move(features), report.name + ": NT_AUXV");
}

void tell_gaps(const Report& report, std::uint64_t size, const std::string& path) {
  for (const std::string& missing : report.notes.missing)
    report.out.gap("a part of " + report.name, missing);
  if (size < report.core.expected_size()) {
    report.out.gap(
        "the end of " + report.name,
        fmt::format("the file was cut: it has {} of {} bytes", size, report.core.expected_size()),
        "allow larger ones: ulimit -c unlimited, or ProcessSizeMax= and "
        "ExternalSizeMax= of coredump.conf");
  }
  if (report.notes.threads == 0)
    report.out.gap("the registers in " + report.name, "the core file has no note about a thread");
  const std::string python = report.out.text("python.executable").value_or("PYTHON");
  report.out.gap("the native stack of " + report.name, "core files are not unwound",
                 fmt::format("gdb -batch -ex bt {} {}", shell_quoted(python), shell_quoted(path)));
}

}  // namespace

Result<> read_core(binary::Source& source, const std::string& name, const std::string& path,
                   casefile::CaseFile& out) {
  KM_ASSIGN(const CoreElf core, CoreElf::open(source));
  const CoreNotes notes = read_notes(core);
  const Report report{core, notes, name, out};
  tell(out, "evidence.kind", "core file", name);
  tell_signal(report);
  tell_process(report);
  tell_files(report);
  tell_place(report);
  tell_gaps(report, source.size(), path);
  return {};
}

Result<> read_core_file(const std::string& path, casefile::CaseFile& out) {
  const std::string what = "cannot read the core file " + path;
  auto source = binary::FileSource::open(path);
  if (!source) return tl::make_unexpected(std::move(source).error().within(what));
  auto read = read_core(*source, std::string(file_name_of(path)), path, out);
  if (!read) return tl::make_unexpected(std::move(read).error().within(what));
  return {};
}

}  // namespace km::readers
