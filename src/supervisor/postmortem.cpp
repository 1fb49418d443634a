// The line from scene to report, driven once per death.
#include "supervisor/postmortem.h"

#include "evidence/collect.h"
#include "os/file.h"
#include "report/report.h"
#include "store/cases.h"

#include <utility>

namespace km::supervisor {
namespace {

// report.json comes last: it is what makes the case count as closed.
Result<> write_case(const diagnosis::Diagnosis& diagnosis, const std::filesystem::path& folder) {
  KM_TRY(os::write_file(folder / "case.json", casefile::to_json(diagnosis.casefile)));
  KM_TRY(os::write_file(folder / "report.json", report::to_json(diagnosis)));
  std::error_code ignored;
  std::filesystem::remove(folder / "open.json", ignored);
  return {};
}

}  // namespace

Card card_of(const diagnosis::Diagnosis& diagnosis) {
  return {report::to_card_html(diagnosis), report::to_card_text(diagnosis),
          report::to_json(diagnosis)};
}

diagnosis::Diagnosis postmortem(const evidence::Scene& scene, std::vector<casefile::Fact> extra,
                                const std::filesystem::path& folder, std::string_view id,
                                std::vector<casefile::Gap> gaps) {
  diagnosis::Diagnosis diagnosis;
  diagnosis.casefile = evidence::collect(scene);
  auto& casefile = diagnosis.casefile;
  casefile.id = id;
  for (auto& fact : extra) casefile.facts.push_back(std::move(fact));
  for (auto& gap : gaps) casefile.gaps.push_back(std::move(gap));
  diagnosis.findings = diagnosis::diagnose(casefile, diagnosis::built_in_rules());
  if (folder.empty()) return diagnosis;
  if (const auto written = write_case(diagnosis, folder); !written) {
    casefile.gap("the case on disk", written.error().what,
                 "free some space, or set KERNELMEDIC_HOME to another folder");
    return diagnosis;
  }
  // folder = HOME/cases/ID
  store::Cases cases(folder.parent_path().parent_path());
  if (const auto pruned = cases.prune(); !pruned) {
    casefile.gap("the pruning of old cases", pruned.error().what);
  }
  return diagnosis;
}

}  // namespace km::supervisor
