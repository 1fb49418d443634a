// `check` in the terminal: findings in full, then one line for each thing that is fine.
#include "report/paper.h"
#include "report/report.h"
#include "report/text.h"

#include <algorithm>
#include <fmt/core.h>
#include <set>
#include <variant>
#include <vector>

namespace km::report {
namespace {

using casefile::CaseFile;
using diagnosis::Finding;

// What is looked at together. A group is fine where something of it was looked at, and none of its
// facts decided a finding.
struct Group {
  std::string_view title;
  std::string_view fine;
  std::vector<std::string_view> facts;
};

const std::vector<Group>& groups() {
  static const std::vector<Group> all{
      Group{"Interpreter",
            "it is there, and made for this machine",
            {"scan.interpreter", "scan.translated"}},
      Group{"Processor",
            "it offers all that the installed builds need when they are loaded",
            {"scan.cpu_lacks", "compat.cpu"}},
      Group{"Native files",
            "all are of the interpreter's architecture, and whole",
            {"scan.foreign_architecture", "scan.broken_files", "scan.unsigned", "scan.minimum_os"}},
      Group{"Packages",
            "all files that they recorded are there",
            {"scan.missing_natives", "scan.missing_modules", "scan.changed_natives",
             "scan.installed_twice"}},
      Group{"Libraries",
            "all that native files need are to be had, in versions that fit",
            {"scan.missing_libraries", "scan.missing_versions"}},
      Group{"Copies",
            "of OpenMP, BLAS, cuDNN and protobuf there is one kind each",
            {"scan.openmp", "scan.blas", "scan.cudnn", "scan.protobuf"}},
      Group{"Versions",
            "the installed packages fit each other, this Python and this system",
            {"scan.numpy_abi", "scan.python_abi", "scan.requirements", "compat.numpy",
             "compat.protobuf", "compat.keras", "compat.os", "compat.no_build"}},
      Group{"GPU",
            "driver, plug-in and libraries fit the installed frameworks",
            {"compat.cuda", "compat.metal", "scan.metal_missing", "scan.cuda_missing"}},
      Group{"Kernel",
            "what a kernel needs is installed, and kernelspecs lead to programs",
            {"scan.kernel_missing", "scan.kernelspec_dead", "scan.kernelspec_notes"}},
      Group{"Working folder", "no file hides a module", {"scan.shadowing_start", "scan.shadowing"}},
      Group{"Machine",
            "memory, shared memory and limits are enough to begin with",
            {"scan.stale_segments", "memory.available_bytes", "memory.limit_bytes",
             "shm.total_bytes", "limit.processes", "limit.open_files", "threads.limit",
             "limit.address_space_bytes", "limit.data_bytes"}},
      Group{"Variables", "none is set that is known to hurt", {"scan.variables"}},
  };
  return all;
}

void tell_finding(Paper& paper, const Finding& finding, bool deadly, const CaseFile& file,
                  const Options& options) {
  constexpr std::string_view kIndent = "    ";
  paper.paragraph(clean_line(finding.title), deadly ? "[✗] " : "[!] ",
                  deadly ? Style::alarm : Style::warning);
  if (!finding.what.empty()) paper.paragraph(clean_line(finding.what), kIndent);
  if (!finding.why.empty()) paper.paragraph(clean_line(finding.why), kIndent);
  for (const std::string& action : finding.actions) paper.paragraph(clean_line(action), "    → ");
  std::string told;
  std::set<std::string> sources;
  for (const std::string& name : finding.because) {
    for (const casefile::Fact* fact : file.find(name)) {
      if (sources.insert(fact->source).second)
        told += (told.empty() ? "" : "; ") + clean_line(fact->source);
    }
  }
  if (!told.empty()) paper.paragraph("found by: " + told, kIndent, Style::faint);
  std::string see;
  for (const std::string& place : finding.see) see += (see.empty() ? "see: " : "; ") + place;
  if (!see.empty()) paper.paragraph(see, kIndent, Style::faint);
  paper.paragraph(
      fmt::format("cause {}, {}, rule {}", finding.cause, diagnosis::to_string(finding.confidence),
                  finding.rule.empty() ? "none" : finding.rule),
      kIndent, Style::faint);
  if (!options.verbose) return;
  for (const std::string& name : finding.because) {
    for (const casefile::Fact* fact : file.find(name)) {
      const auto* values = std::get_if<std::vector<std::string>>(&fact->value);
      if (values == nullptr) continue;
      for (const std::string& value : *values) paper.paragraph(clean_line(value), "      - ");
    }
  }
}

void tell_groups(Paper& paper, const Checkup& checkup) {
  std::set<std::string_view> blamed;
  for (const Finding& finding : checkup.diagnosis.findings)
    blamed.insert(finding.because.begin(), finding.because.end());
  for (const Group& group : groups()) {
    const auto is_blamed = [&](std::string_view name) { return blamed.count(name) != 0; };
    const auto is_known = [&](std::string_view name) {
      return !checkup.diagnosis.casefile.find(name).empty();
    };
    if (std::any_of(group.facts.begin(), group.facts.end(), is_blamed) ||
        std::none_of(group.facts.begin(), group.facts.end(), is_known))
      continue;
    paper.paragraph(fmt::format("{}: {}", group.title, group.fine),
                    paper.styled("[✓] ", Style::good));
  }
}

// Those that did not pass are findings already.
void tell_probes(Paper& paper, const Checkup& checkup) {
  for (const ProbeAnswer& answer : checkup.probes) {
    const std::string line = fmt::format(
        "{} {}{}", answer.question, clean_line(answer.says),
        answer.outcome == "skipped" ? "" : fmt::format(" ({})", human_seconds(answer.seconds)));
    if (answer.outcome == "passed") paper.paragraph(line, paper.styled("[✓] ", Style::good));
    if (answer.outcome == "skipped") paper.paragraph(line, "[-] ", Style::faint);
  }
}

std::string closing(std::size_t deadly, std::size_t doubtful) {
  if (deadly + doubtful == 0) return "Nothing was found that would end a kernel.";
  const std::string sure =
      fmt::format("{} that {} a kernel", deadly == 1 ? "1 thing" : fmt::format("{} things", deadly),
                  deadly == 1 ? "ends" : "end");
  if (deadly == 0)
    return fmt::format("Found nothing that is sure to end a kernel, and {} that may.", doubtful);
  if (doubtful == 0) return fmt::format("Found {}.", sure);
  return fmt::format("Found {}, and {} that may.", sure, doubtful);
}

}  // namespace

std::string checkup_to_terminal(const Checkup& checkup, const Options& options) {
  const CaseFile& file = checkup.diagnosis.casefile;
  Paper paper(options.colour, options.width);
  std::string head = "Environment " + clean_line(checkup.environment);
  if (const auto version = file.text("python.version")) head += ", Python " + clean_line(*version);
  if (const auto machine = file.text("python.architecture")) head += ", " + clean_line(*machine);
  paper.paragraph(head, "", Style::heading);
  paper.blank();
  std::size_t deadly = 0;
  for (std::size_t i = 0; i < checkup.diagnosis.findings.size(); ++i) {
    const bool kills = checkup.deadly.at(i);
    if (kills) ++deadly;
    tell_finding(paper, checkup.diagnosis.findings[i], kills, file, options);
    paper.blank();
  }
  tell_groups(paper, checkup);
  tell_probes(paper, checkup);
  for (const casefile::Gap& gap : file.gaps) {
    paper.paragraph(clean_line(gap.what + ": " + gap.why), "[-] ", Style::faint);
    if (!gap.remedy.empty()) paper.paragraph(clean_line(gap.remedy), "    → ");
  }
  paper.blank();
  paper.paragraph(closing(deadly, checkup.diagnosis.findings.size() - deadly), "");
  return paper.take();
}

}  // namespace km::report
