// What an exit code or a word of a shell says about an end, for every system: the evidence may come
// from another one than this.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace km::readers {

// Linux and macOS number some signals differently.
enum class Numbering { of_linux, of_macos };

// "SIGSEGV"; nothing for a number that ends no process.
std::optional<std::string> signal_of_number(std::int64_t number, Numbering numbering);

// "Segmentation fault" and all other words that systems print for signals, in any case.
std::optional<std::string> signal_of_words(std::string_view words);

// "SIGSEGV", "SEGV" or "sigsegv" as "SIGSEGV"; nothing for signals that do not end a process.
std::optional<std::string> ending_signal(std::string_view name);

// What the code of an ended process means; exactly one of the three is set.
struct End {
  std::string signal;                // "SIGSEGV": -11 (Python, Go) and 139 (shells, containers)
  std::string windows_status;        // "0xC0000005"
  std::optional<std::int64_t> code;  // any other but 0
};
// Nothing for 0 and for what is no exit code of any system.
std::optional<End> end_of_code(std::int64_t code, Numbering numbering);

// "-11", "139", "0xC0000005", "c0000005" where `hexadecimal`.
std::optional<std::int64_t> code_number(std::string_view text, bool hexadecimal = false);

}  // namespace km::readers
