#include "cli/report_output.h"

#include "cli/terminal.h"
#include "os/file.h"
#include "os/folders.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fmt/core.h>
#include <string_view>
#include <unistd.h>

namespace km::cli {
namespace {

std::string format_of(const ReportOutput& output) {
  if (!output.format.empty()) return output.format;
  const std::string ending = std::filesystem::path(output.path).extension().string();
  if (ending == ".html" || ending == ".htm") return "html";
  if (ending == ".json") return "json";
  return "text";
}

report::Names names_of_this_machine() {
  report::Names names;
  names.home = os::home_folder().string();
  names.user = os::home_folder().filename().string();
  if (const char* user = std::getenv("USER"); user != nullptr && *user != '\0') names.user = user;
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) == 0) names.host = host.data();
  return names;
}

std::string rendered(const diagnosis::Diagnosis& diagnosis, const ReportOutput& output) {
  report::Options options =
      output.path.empty() ? options_for_terminal(STDOUT_FILENO) : report::Options{};
  options.verbose = output.verbose;
  options.share = output.share;
  if (output.share) options.names = names_of_this_machine();
  const std::string format = format_of(output);
  if (format == "json") return report::to_json(diagnosis, options);
  if (format == "html") return report::to_page_html(diagnosis, options);
  return report::to_terminal(diagnosis, options);
}

}  // namespace

void add_report_output(CLI::App& command, ReportOutput& output) {
  command
      .add_option("--format", output.format,
                  "text, json or html; without it the ending of -o tells")
      ->check(CLI::IsMember({"text", "json", "html"}));
  command.add_option("-o,--output", output.path, "File to write; without it standard output");
}

int write_report(const diagnosis::Diagnosis& diagnosis, const ReportOutput& output,
                 const std::string& next) {
  const std::string text = rendered(diagnosis, output);
  if (output.path.empty()) {
    return print_all(text)
               ? kOk
               : refuse(fail_errno("cannot write the report to standard output").value());
  }
  if (const auto written = os::write_file(output.path, text); !written)
    return refuse(Error(written.error()).within("cannot write the report"), next);
  if (!output.quiet) fmt::print(stderr, "Written to {}\n", output.path);
  return kOk;
}

}  // namespace km::cli
