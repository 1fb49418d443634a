// Applies all rules, joins what explains the same cause, and puts the most probable first.
#include "diagnosis/diagnose.h"

#include "diagnosis/apply.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace km::diagnosis {
namespace {

struct Candidate {
  Finding finding;
  std::vector<std::string> over;
};

bool stronger(const Finding& a, const Finding& b) {
  const auto key = [](const Finding& f) {
    return std::tuple(f.confidence, f.rank, f.because.size());
  };
  if (key(a) != key(b)) return key(a) > key(b);
  return a.rule < b.rule;
}

bool is_about_environments(const Rule& rule) { return rule.id.rfind("check/", 0) == 0; }

void add_missing(std::vector<std::string>& to, const std::vector<std::string>& from) {
  for (const auto& text : from) {
    if (std::find(to.begin(), to.end(), text) == to.end()) to.push_back(text);
  }
}

// Sorted in, sorted out. The strongest of a cause keeps its words; the others lend it their
// evidence.
std::vector<Candidate> joined(std::vector<Candidate> sorted) {
  std::vector<Candidate> kept;
  for (auto& candidate : sorted) {
    const auto same = std::find_if(kept.begin(), kept.end(), [&](const Candidate& earlier) {
      return earlier.finding.cause == candidate.finding.cause;
    });
    if (same == kept.end()) {
      kept.push_back(std::move(candidate));
      continue;
    }
    add_missing(same->finding.because, candidate.finding.because);
    add_missing(same->finding.see, candidate.finding.see);
    add_missing(same->over, candidate.over);
  }
  return kept;
}

// The first that no other one explains; where they explain each other in a circle, simply the
// first.
std::size_t next_of(const std::vector<Candidate>& left) {
  for (std::size_t i = 0; i < left.size(); ++i) {
    const bool explained = std::any_of(left.begin(), left.end(), [&](const Candidate& other) {
      return &other != &left[i] && std::find(other.over.begin(), other.over.end(),
                                             left[i].finding.cause) != other.over.end();
    });
    if (!explained) return i;
  }
  return 0;
}

}  // namespace

std::vector<Finding> diagnose(const casefile::CaseFile& casefile, std::span<const Rule> rules) {
  std::vector<Candidate> candidates;
  for (const auto& rule : rules) {
    if (is_about_environments(rule)) continue;
    if (auto answer = apply(rule, casefile); answer.finding) {
      candidates.push_back({*std::move(answer.finding), rule.over});
    }
  }
  std::sort(candidates.begin(), candidates.end(),
            [](const Candidate& a, const Candidate& b) { return stronger(a.finding, b.finding); });
  candidates = joined(std::move(candidates));
  std::vector<Finding> findings;
  while (!candidates.empty()) {
    const auto next = candidates.begin() + static_cast<std::ptrdiff_t>(next_of(candidates));
    findings.push_back(std::move(next->finding));
    candidates.erase(next);
  }
  if (findings.empty()) findings.push_back(unknown_finding(casefile));
  return findings;
}

std::vector<Finding> examine(const casefile::CaseFile& casefile, std::span<const Rule> rules) {
  std::vector<Finding> findings;
  for (const auto& rule : rules) {
    if (!is_about_environments(rule)) continue;
    if (auto answer = apply(rule, casefile); answer.finding)
      findings.push_back(*std::move(answer.finding));
  }
  std::sort(findings.begin(), findings.end(), stronger);
  return findings;
}

}  // namespace km::diagnosis
