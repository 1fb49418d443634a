// A diagnosis as text: for programs, terminals, notebooks and browsers. Nothing here looks at the
// system.
#pragma once

#include "diagnosis/diagnose.h"

#include <cstddef>
#include <string>
#include <vector>

namespace km::report {

// Names of this machine that a report made for others must not carry; whoever may ask the system
// fills them in. Home folders of the usual forms (/home/NAME, /Users/NAME, C:\Users\NAME) are found
// without them.
struct Names {
  std::string home;
  std::string user;
  std::string host;
};

struct Options {
  bool colour = false;   // terminal only
  bool share = false;    // leave cell source, environment values, host and user names out
  bool verbose = false;  // terminal: all facts, not only the deciding ones
  int width = 100;       // terminal columns
  Names names = {};      // with `share`
};

// `kernelmedic.report/1`, field by field in docs/report-schema.md; one object, newline at the end.
std::string to_json(const diagnosis::Diagnosis& diagnosis, const Options& options = {});

// How a notebook went, for `run --report FILE`; plain values, filled by whoever ran it.
struct RunCell {
  int index = 0;       // 1-based, over all cells
  std::string status;  // "ok", "error", "died", "timeout", "interrupted", "skipped", "not run"
  double seconds = 0;
  std::string error;  // "ValueError: ..."; empty where none
};

struct RunDeath {
  std::string case_id;
  int cell = 0;  // index of the cell that was running; 0: none
  std::string cause;
  std::string title;
};

struct RunSummary {
  std::string notebook;
  std::string out;
  std::string status;  // "ok", "error", "died", "timeout", "interrupted", "terminated"
  int exit_code = 0;   // of kernelmedic
  std::vector<RunCell> cells;
  std::vector<RunDeath> deaths;
};

// The report of a notebook run: that of `first_death` (null where nothing died: then verdict and
// death are null and findings is empty) with the object "run" added.
std::string run_to_json(const RunSummary& run, const diagnosis::Diagnosis* first_death);

// The report of a program in which nothing died.
std::string nothing_died_json();

// An environment that was looked at while nothing had died: what the scan and the probes found.
struct ProbeAnswer {
  std::string probe;  // "import-tensorflow"
  std::string question;
  std::string outcome;  // "passed", "failed", "died", "too slow", "skipped"
  std::string says;
  double seconds = 0;
};

struct Checkup {
  diagnosis::Diagnosis diagnosis;  // findings may be empty: nothing was found
  // For each finding: a kernel is sure to die of it, or cannot start. Not the same as a certain
  // cause: what died under a probe is dead, even where the cause is only likely.
  std::vector<bool> deadly;
  std::vector<ProbeAnswer> probes;
  std::string environment;  // its folder
};

// The report with the list "probes" and for each finding "deadly" added; verdict is null where
// nothing was found.
std::string checkup_to_json(const Checkup& checkup);

// One line a finding and a group, `[✗]` deadly, `[!]` else, `[✓]` fine; the worst first, the count
// last.
std::string checkup_to_terminal(const Checkup& checkup, const Options& options = {});

// Verdict first, then what to do, evidence, gaps. Complete without colour.
std::string to_terminal(const diagnosis::Diagnosis& diagnosis, const Options& options = {});

// What goes under the cell. The HTML survives JupyterLab's sanitizer (no svg, style, script; the
// plot is an <img> data URL, inline styles with plain values); every text of foreign origin is
// escaped.
std::string to_card_html(const diagnosis::Diagnosis& diagnosis);
std::string to_card_text(const diagnosis::Diagnosis& diagnosis);

// A self-contained page: verdict, what to do, memory plot, last words, facts with sources, gaps.
std::string to_page_html(const diagnosis::Diagnosis& diagnosis, const Options& options = {});

// The memory plot alone as an SVG document, legible on light and dark; empty where there are fewer
// than two points.
std::string memory_plot_svg(const casefile::Memory& memory, int width = 640, int height = 200);

// The series thinned to at most `points`, keeping first, last and the extremes between.
std::vector<casefile::MemoryPoint> thinned(const std::vector<casefile::MemoryPoint>& series,
                                           std::size_t points);

}  // namespace km::report
