// Signals by name, both ways: people and reports say SIGSEGV, the system says 11.
#include "os/child.h"

#include <array>
#include <csignal>
#include <string>
#include <string_view>
#include <utility>

namespace km::os {
namespace {

using Entry = std::pair<int, std::string_view>;

// The first name of a number is the one it is called by.
constexpr auto kSignals = std::to_array<Entry>({
    {SIGHUP, "HUP"},       {SIGINT, "INT"},   {SIGQUIT, "QUIT"}, {SIGILL, "ILL"},
    {SIGTRAP, "TRAP"},     {SIGABRT, "ABRT"}, {SIGBUS, "BUS"},   {SIGFPE, "FPE"},
    {SIGKILL, "KILL"},     {SIGUSR1, "USR1"}, {SIGSEGV, "SEGV"}, {SIGUSR2, "USR2"},
    {SIGPIPE, "PIPE"},     {SIGALRM, "ALRM"}, {SIGTERM, "TERM"}, {SIGCHLD, "CHLD"},
    {SIGCONT, "CONT"},     {SIGSTOP, "STOP"}, {SIGTSTP, "TSTP"}, {SIGTTIN, "TTIN"},
    {SIGTTOU, "TTOU"},     {SIGURG, "URG"},   {SIGXCPU, "XCPU"}, {SIGXFSZ, "XFSZ"},
    {SIGVTALRM, "VTALRM"}, {SIGPROF, "PROF"}, {SIGIO, "IO"},     {SIGSYS, "SYS"},
    {SIGWINCH, "WINCH"},   {SIGABRT, "IOT"},
#ifdef SIGSTKFLT
    {SIGSTKFLT, "STKFLT"},
#endif
#ifdef SIGPWR
    {SIGPWR, "PWR"},
#endif
#ifdef SIGPOLL
    {SIGPOLL, "POLL"},
#endif
#ifdef SIGEMT
    {SIGEMT, "EMT"},
#endif
#ifdef SIGINFO
    {SIGINFO, "INFO"},
#endif
});

}  // namespace

std::string signal_name(int number) {
  for (const auto& [value, name] : kSignals) {
    if (value == number) return "SIG" + std::string(name);
  }
  return "signal " + std::to_string(number);
}

std::optional<int> signal_number(std::string_view name) {
  if (name.starts_with("SIG")) name.remove_prefix(3);
  for (const auto& [value, known] : kSignals) {
    if (known == name) return value;
  }
  return std::nullopt;
}

}  // namespace km::os
