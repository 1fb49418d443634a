// Signals by number and by word, exit codes of shells, containers and Windows.
#include "readers/exit_codes.h"

#include "evidence/pattern.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/core.h>

namespace km::readers {
namespace {

struct Number {
  int on_linux;
  int on_macos;
  std::string_view name;
};

// Those whose default is to end the process (signal(7) of both systems).
constexpr auto kSignals = std::to_array<Number>({
    {1, 1, "SIGHUP"},
    {2, 2, "SIGINT"},
    {3, 3, "SIGQUIT"},
    {4, 4, "SIGILL"},
    {5, 5, "SIGTRAP"},
    {6, 6, "SIGABRT"},
    {7, 10, "SIGBUS"},
    {8, 8, "SIGFPE"},
    {9, 9, "SIGKILL"},
    {11, 11, "SIGSEGV"},
    {13, 13, "SIGPIPE"},
    {14, 14, "SIGALRM"},
    {15, 15, "SIGTERM"},
    {10, 30, "SIGUSR1"},
    {12, 31, "SIGUSR2"},
    {24, 24, "SIGXCPU"},
    {25, 25, "SIGXFSZ"},
    {31, 12, "SIGSYS"},
});

struct Word {
  std::string_view word;
  std::string_view signal;
};

// Of two words with the same beginning the longer one stands first.
constexpr auto kWords = std::to_array<Word>({
    {"segmentation", "SIGSEGV"},
    {"segfault", "SIGSEGV"},
    {"memory fault", "SIGSEGV"},
    {"access violation", "SIGSEGV"},
    {"illegal", "SIGILL"},
    {"abort", "SIGABRT"},
    {"bus error", "SIGBUS"},
    {"killed", "SIGKILL"},
    {"trace", "SIGTRAP"},
    {"floating point exception", "SIGFPE"},
    {"arithmetic exception", "SIGFPE"},
    {"terminated", "SIGTERM"},
    {"hangup", "SIGHUP"},
    {"quit", "SIGQUIT"},
    {"alarm clock", "SIGALRM"},
    {"cputime limit exceeded", "SIGXCPU"},
    {"cpu time limit exceeded", "SIGXCPU"},
    {"filesize limit exceeded", "SIGXFSZ"},
    {"file size limit exceeded", "SIGXFSZ"},
    {"bad system call", "SIGSYS"},
    {"invalid system call", "SIGSYS"},
});

// Statuses with which Windows ends a process: errors, and the few others that debuggers and
// runtimes raise.
bool is_windows_status(std::uint32_t status) {
  constexpr std::array kOthers{0x40010004U, 0x40010005U, 0x4000001FU, 0x80000003U,
                               0x80000004U, 0xE06D7363U, 0xE0434352U};
  return status >> 28U == 0xCU ||
         std::find(kOthers.begin(), kOthers.end(), status) != kOthers.end();
}

}  // namespace

std::optional<std::string> signal_of_number(std::int64_t number, Numbering numbering) {
  for (const Number& signal : kSignals) {
    if ((numbering == Numbering::of_macos ? signal.on_macos : signal.on_linux) == number)
      return std::string(signal.name);
  }
  return std::nullopt;
}

std::optional<std::string> signal_of_words(std::string_view words) {
  const std::string text = evidence::lower(words);
  for (const Word& word : kWords) {
    if (text.starts_with(word.word)) return std::string(word.signal);
  }
  return std::nullopt;
}

std::optional<std::string> ending_signal(std::string_view name) {
  if (name.starts_with("SIG") || name.starts_with("sig")) name.remove_prefix(3);
  const std::string wanted = evidence::lower(name);
  if (wanted == "iot") return "SIGABRT";
  for (const Number& signal : kSignals) {
    if (evidence::lower(signal.name.substr(3)) == wanted) return std::string(signal.name);
  }
  return std::nullopt;
}

std::optional<End> end_of_code(std::int64_t code, Numbering numbering) {
  constexpr std::int64_t kShell = 128;  // a shell adds the signal to it
  constexpr std::int64_t kMaxStatus = 0xFFFFFFFF;
  if (code == 0 || code > kMaxStatus || code < -(std::int64_t{1} << 31)) return std::nullopt;
  const auto status = static_cast<std::uint32_t>(code);
  if (is_windows_status(status)) return End{{}, fmt::format("0x{:08X}", status), {}};
  // -1 is what Windows and many programs say for "some error"; nobody dies by SIGHUP that often.
  if (code < -1) {
    if (auto signal = signal_of_number(-code, numbering)) return End{*std::move(signal), {}, {}};
    return std::nullopt;
  }
  if (code > kShell) {
    if (auto signal = signal_of_number(code - kShell, numbering))
      return End{*std::move(signal), {}, {}};
  }
  if (status == kMaxStatus) code = -1;
  if (code > 255) return std::nullopt;
  return End{{}, {}, code};
}

std::optional<std::int64_t> code_number(std::string_view text, bool hexadecimal) {
  if (text.starts_with("0x") || text.starts_with("0X")) {
    text.remove_prefix(2);
    hexadecimal = true;
  }
  std::int64_t number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, hexadecimal ? 16 : 10);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace km::readers
