// The list of subcommands and what they share: refusals, sizes, the state folder.
#include "cli/command.h"
#include "os/folders.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fmt/core.h>
#include <string>
#include <utility>
#include <vector>

namespace km::cli {
namespace {

void set_up(CLI::App& app, Outcome& outcome) {
  app.set_version_flag("--version", "kernelmedic " KM_VERSION);
  app.require_subcommand(1);
  app.failure_message(CLI::FailureMessage::simple);
  app.footer(
      "Begin with:\n"
      "  kernelmedic check                   will this environment run here?\n"
      "  kernelmedic install                 a supervised twin of your kernel, in every front end\n"
      "  kernelmedic run notebook.ipynb      run a notebook; if its kernel dies, say why\n"
      "  kernelmedic exec -- python train.py the same for any program\n"
      "  kernelmedic explain jupyter.log     what a log, traceback or crash report tells\n"
      "  kernelmedic report -o why.html      the last death as a page");
  add_check(app, outcome);
  add_run(app, outcome);
  add_exec(app, outcome);
  add_install(app, outcome);
  add_uninstall(app, outcome);
  add_kernel(app, outcome);
  add_explain(app, outcome);
  add_report(app, outcome);
  add_cases(app, outcome);
  add_rules(app, outcome);
  add_host_facts(app, outcome);
}

}  // namespace

namespace {

// `jupyter medic ...` starts the program under this name: the doctor, unless a subcommand is named.
std::vector<std::string> words_of(int argc, char** argv) {
  std::vector<std::string> words(argv, argv + argc);
  const bool by_jupyter = argc > 0 && std::filesystem::path(words[0]).filename() == "jupyter-medic";
  if (!by_jupyter) return words;
  const bool asks =
      argc > 1 && (words[1] == "--help" || words[1] == "-h" || words[1] == "--version");
  const bool option = argc > 1 && words[1].rfind('-', 0) == 0;
  if (argc == 1 || (option && !asks)) words.insert(words.begin() + 1, "check");
  return words;
}

}  // namespace

int main_of(int argc, char** argv) {
  CLI::App app("Says why a Jupyter kernel died, with evidence, and what to do about it.",
               "kernelmedic");
  Outcome outcome;
  set_up(app, outcome);
  try {
    std::vector<std::string> words = words_of(argc, argv);
    words.erase(words.begin(), words.begin() + (words.empty() ? 0 : 1));
    std::reverse(words.begin(), words.end());  // as CLI11 takes them
    app.parse(std::move(words));
  } catch (const CLI::ParseError& error) {
    // CLI11 prints help and version itself; every other failure is a usage error with the
    // contract's code.
    const int code = app.exit(error);
    return code == 0 ? kOk : kUsage;
  }
  return outcome.code;
}

int refuse(const Error& error, const std::string& next, int code) {
  fmt::print(stderr, "kernelmedic: {}\n", error.what);
  if (!next.empty()) fmt::print(stderr, "  {}\n", next);
  return code;
}

Result<std::int64_t> parse_size(const std::string& text) {
  const auto wrong = [&] {
    return fail(fmt::format(
        "\"{}\" is not a size; write a number with K, M, G or T: 2G, 512M, 1.5G", text));
  };
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || !std::isfinite(number) || number < 0) return wrong();
  std::string unit(rest, end);
  if (unit.size() > 1 && (unit.back() == 'B' || unit.back() == 'b')) unit.pop_back();
  if (unit.size() > 1 && unit.back() == 'i') unit.pop_back();
  if (unit.size() > 1) return wrong();
  constexpr std::array<std::pair<char, int>, 4> kUnits{
      {{'k', 10}, {'m', 20}, {'g', 30}, {'t', 40}}};
  double factor = 1;
  if (!unit.empty()) {
    const char letter = static_cast<char>(unit[0] | 0x20);  // lower case
    factor = 0;
    for (const auto& [name, shift] : kUnits) {
      if (letter == name) factor = std::ldexp(1.0, shift);
    }
  }
  if (factor == 0 || number * factor > std::ldexp(1.0, 62)) return wrong();
  return static_cast<std::int64_t>(number * factor);
}

Result<std::optional<std::int64_t>> parse_memory_limit(const std::string& text) {
  if (text.empty()) return std::nullopt;
  auto bytes = parse_size(text);
  if (!bytes) return tl::make_unexpected(std::move(bytes).error().within("--memory-limit"));
  if (*bytes == 0) return fail("--memory-limit: a limit of 0 lets nothing live");
  return *bytes;
}

void note_guard(const std::string& mode) {
  if (mode == "off") return;
  fmt::print(stderr,
             "kernelmedic: --guard {}: the memory guard is still to come; this run is watched, not "
             "guarded\n",
             mode);
}

std::string shell_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else if (c != '\n' && c != '\r') {
      out += c;
    }
  }
  return out + "'";
}

std::filesystem::path home() {
  if (const char* set = std::getenv("KERNELMEDIC_HOME"); set != nullptr && *set != '\0') return set;
  return os::state_folder() / "kernelmedic";
}

}  // namespace km::cli
