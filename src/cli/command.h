// How a subcommand joins the program: one file each, one add_NAME function each, listed in
// commands.cpp.
#pragma once

#include "result.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace km::cli {

// Exit codes of the contract (docs/exit-codes in the manual page); `run` and `exec` add their own.
constexpr int kOk = 0;
constexpr int kUsage = 2;

// Set by the chosen subcommand's callback, returned by main().
struct Outcome {
  int code = kOk;
};

void add_check(CLI::App& app, Outcome& outcome);
void add_run(CLI::App& app, Outcome& outcome);
void add_exec(CLI::App& app, Outcome& outcome);
void add_kernel(CLI::App& app, Outcome& outcome);
void add_install(CLI::App& app, Outcome& outcome);
void add_uninstall(CLI::App& app, Outcome& outcome);
void add_explain(CLI::App& app, Outcome& outcome);
void add_report(CLI::App& app, Outcome& outcome);
void add_cases(CLI::App& app, Outcome& outcome);
void add_rules(CLI::App& app, Outcome& outcome);
void add_host_facts(CLI::App& app,
                    Outcome& outcome);  // hidden: asked by ourselves under an emulator

// An interrupt that comes while `kernel` is still starting is for the kernel: held back from the
// first statement on, and heard once there is somebody to hear it.
void hold_interrupts();
void hear_interrupts_again();

// The whole program: parses, runs the subcommand, prints what went wrong. Never throws.
int main_of(int argc, char** argv);

// Prints "kernelmedic: <what>" and, where given, "  <next>" (what to type next) to stderr; returns
// `code`.
int refuse(const Error& error, const std::string& next = {}, int code = kUsage);

// "2G", "512M", "1.5G", "100000": bytes, powers of 1024.
Result<std::int64_t> parse_size(const std::string& text);

// The value of --memory-limit: nothing where it was not given; 0 is an error.
Result<std::optional<std::int64_t>> parse_memory_limit(const std::string& text);

// Says on stderr that the guard is still to come, where `mode` asks for it ("on", "warn"); "off"
// says nothing.
void note_guard(const std::string& mode);

// One word of a shell's command line; line ends are left out.
std::string shell_quoted(std::string_view text);

// $KERNELMEDIC_HOME, else the platform's state folder.
std::filesystem::path home();

}  // namespace km::cli
