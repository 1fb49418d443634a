// After a death: scene → evidence → diagnosis → report files in the case folder. Also for a case
// whose supervisor died.
#pragma once

#include "diagnosis/diagnose.h"
#include "evidence/scene.h"
#include "result.h"

#include <filesystem>
#include <string>
#include <vector>

namespace km::supervisor {

// What goes under the cell, rendered once.
struct Card {
  std::string html;
  std::string text;
  std::string json;  // kernelmedic.report/1
};
Card card_of(const diagnosis::Diagnosis& diagnosis);

// Collects, judges, writes case.json and report.json into `folder` (which then counts as closed)
// and prunes the old cases beside it. `extra` and `gaps`: what the caller knows, and could not
// know. A failure to write is a gap of the diagnosis, not an error; an empty folder writes nothing.
diagnosis::Diagnosis postmortem(const evidence::Scene& scene, std::vector<casefile::Fact> extra,
                                const std::filesystem::path& folder, std::string_view id,
                                std::vector<casefile::Gap> gaps = {});

// What an open case says about the run it belongs to, for the one who completes it.
struct Orphan {
  diagnosis::Diagnosis diagnosis;
  std::filesystem::path journal;   // of a notebook run; may be empty
  std::filesystem::path notebook;  // its output
};

// True where the folder's supervisor is no longer alive (pid and start time in open.json), what it
// watched has ended, and no report was written.
bool is_orphaned(const std::filesystem::path& folder);

// Completes an orphaned case from its flight recorder.
Result<Orphan> complete(const std::filesystem::path& folder);

}  // namespace km::supervisor
