// A rule that matches becomes a finding: its confidence is settled and its sentences are filled
// with facts.
#include "diagnosis/apply.h"

#include "diagnosis/match.h"
#include "diagnosis/rule_file.h"
#include "diagnosis/sentence.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace km::diagnosis {
namespace {

using casefile::CaseFile;

// One step up or down where the further condition holds too; its facts then count as deciding.
int step(const std::optional<Condition>& condition, const CaseFile& casefile, Trace& trace) {
  if (!condition) return 0;
  Trace further;
  if (evaluate_traced(*condition, casefile, further) != Outcome::match) return 0;
  for (auto& name : further.because) {
    if (std::find(trace.because.begin(), trace.because.end(), name) == trace.because.end()) {
      trace.because.push_back(std::move(name));
    }
  }
  if (trace.words.empty()) trace.words = std::move(further.words);
  return 1;
}

Say say_of(const Rule& rule) {
  if (rule.text == nullptr) return rule.say;
  auto whole = parse_rule(*rule.text);
  return whole ? std::move(whole->say) : Say{};  // a test has read all that are built in
}

bool is_installer(std::string_view on) { return on == "pip" || on == "conda" || on == "uv"; }

// Where the system is not known, an action bound to one says which.
std::vector<std::string> actions_for(const Say& say, const CaseFile& casefile,
                                     std::string_view words) {
  const auto platform = casefile.text("host.os");
  const auto installer = casefile.text("python.install");
  std::vector<std::string> actions;
  for (const auto& action : say.actions) {
    const auto& here = is_installer(action.on) ? installer : platform;
    if (!action.on.empty() && here && *here != action.on) continue;
    auto text = fill(action.text, casefile, words);
    actions.push_back(action.on.empty() || here
                          ? std::move(text)
                          : (is_installer(action.on) ? "With " : "On ") + action.on + ": " + text);
  }
  return actions;
}

}  // namespace

std::string_view to_string(Confidence confidence) {
  switch (confidence) {
    case Confidence::certain:
      return "certain";
    case Confidence::likely:
      return "likely";
    case Confidence::possible:
      break;
  }
  return "possible";
}

Answer apply(const Rule& rule, const CaseFile& casefile) {
  Trace trace;
  const Outcome outcome = evaluate_traced(rule.when, casefile, trace);
  if (outcome != Outcome::match) return {outcome, std::nullopt};
  int level = static_cast<int>(rule.weight);
  level += step(rule.stronger_when, casefile, trace);
  level -= step(rule.weaker_when, casefile, trace);
  Finding finding;
  finding.cause = rule.cause;
  finding.confidence = static_cast<Confidence>(std::clamp(
      level, static_cast<int>(Confidence::possible), static_cast<int>(Confidence::certain)));
  finding.title = fill(rule.title, casefile, trace.words);
  const Say say = say_of(rule);
  finding.what = fill(say.what, casefile, trace.words);
  finding.why = fill(say.why, casefile, trace.words);
  finding.actions = actions_for(say, casefile, trace.words);
  finding.see = say.see;
  finding.rule = rule.id;
  finding.because = std::move(trace.because);
  finding.rank = rule.rank;
  return {outcome, std::move(finding)};
}

}  // namespace km::diagnosis
