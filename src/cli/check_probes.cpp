#include "cli/check_probes.h"

#include "diagnosis/diagnose.h"
#include "evidence/python_text.h"

#include <algorithm>
#include <fmt/core.h>
#include <utility>

namespace km::cli {
namespace {

// A kernel that cannot do this is no kernel; the rest may never be asked of it.
bool is_vital(std::string_view probe) {
  return probe == "interpreter" || probe == "kernel" || probe.starts_with("import-") ||
         probe.starts_with("cpu-");
}

bool is_about_the_machine(std::string_view fact) {
  return fact.starts_with("host.") || fact.starts_with("cpu.") || fact.starts_with("python.") ||
         fact.starts_with("compat.");
}

// What rules can judge of a process that ended by itself after it had said why.
casefile::CaseFile case_of(const probe::Answer& answer, const casefile::CaseFile& file) {
  casefile::CaseFile out;
  out.subject = "program";
  const std::string source = "probe " + answer.probe;
  for (const casefile::Fact& fact : file.facts) {
    if (is_about_the_machine(fact.name)) out.facts.push_back(fact);
  }
  out.add("exit.code", std::int64_t{1}, source);
  out.none("exit.signal", source);
  out.add("exit.phase", std::string(answer.probe == "kernel" ? "start" : "program"), source);
  out.add("words.line", std::vector<std::string>{answer.says}, source);
  out.last_words = answer.says;
  if (const auto error = evidence::last_error(answer.says)) {
    out.add("python.error_type", error->error_type, source);
    out.add("python.error_text", error->error_text, source);
  }
  if (const std::string module = evidence::missing_module(answer.says); !module.empty())
    out.add("python.missing_module", module, source);
  return out;
}

// So that a reader of the report finds what the finding leans on.
void lend_facts(const diagnosis::Finding& finding, const casefile::CaseFile& from,
                const probe::Answer& answer, casefile::CaseFile& to) {
  for (const casefile::Fact& fact : from.facts) {
    const bool decided = std::find(finding.because.begin(), finding.because.end(), fact.name) !=
                         finding.because.end();
    if (!decided && fact.name != "probe.name" && fact.name != "probe.library") continue;
    const bool known = std::any_of(to.facts.begin(), to.facts.end(), [&](const auto& other) {
      return other.name == fact.name && other.value == fact.value;
    });
    if (known) continue;
    const std::string source = "probe " + answer.probe;
    to.facts.push_back(
        {fact.name, fact.value, fact.source == source ? source : source + ": " + fact.source});
  }
}

}  // namespace

report::ProbeAnswer shown(const probe::Answer& answer) {
  return {answer.probe, answer.question, std::string(to_string(answer.outcome)), answer.says,
          answer.seconds};
}

std::optional<ProbeFinding> finding_of(const probe::Answer& answer, casefile::CaseFile& file) {
  if (answer.outcome == probe::Outcome::passed || answer.outcome == probe::Outcome::skipped)
    return std::nullopt;
  ProbeFinding found;
  found.deadly = answer.outcome == probe::Outcome::died ||
                 (answer.outcome == probe::Outcome::failed && is_vital(answer.probe));
  diagnosis::Diagnosis judged;
  if (answer.death) {
    judged = *answer.death;
  } else {
    judged.casefile = case_of(answer, file);
    judged.findings = diagnosis::diagnose(judged.casefile, diagnosis::built_in_rules());
  }
  found.finding = judged.verdict();
  lend_facts(found.finding, judged.casefile, answer, file);
  found.finding.what = fmt::format("Asked: {} Answer: {} ({}). {}", answer.question,
                                   to_string(answer.outcome), answer.says, found.finding.what);
  if (found.finding.cause == "unknown") {
    found.finding.title = fmt::format("{} No.", answer.question);
    found.finding.actions.insert(
        found.finding.actions.begin(),
        fmt::format("Ask this alone once more: `kernelmedic check --probe {}`", answer.probe));
  }
  return found;
}

}  // namespace km::cli
