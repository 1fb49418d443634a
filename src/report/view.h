// One reading of a diagnosis for all who show it to people: what is said, in which order; the
// formats only lay it out.
#pragma once

#include "diagnosis/diagnose.h"
#include "report/report.h"

#include <string>
#include <vector>

namespace km::report {

// Every text in here is clean: valid UTF-8 without control characters (text.h).
struct FactLine {
  std::string name;
  std::string value;  // "2.0 GiB"
  std::string exact;  // "2147483648", where `value` is rounded; else empty
  std::string source;
  std::string meaning;  // what a fact of this name says
};

struct FindingView {
  std::string title;
  std::string confidence;
  std::string cause;
  std::string what;
  std::string why;
  std::vector<std::string> actions;
  std::vector<std::string> see;
  std::string rule;
};

struct View {
  FindingView verdict;
  std::vector<FindingView> others;  // findings after the first
  std::vector<std::string>
      scene;  // "kernel 4711", "cell 3, In [3], line 2", "SIGKILL", "2026-11-24 16:17:01 UTC"
  std::string
      loss;  // what is gone with the process, and how to go on; empty where nothing is known to be
  std::vector<FactLine> evidence;         // the facts that decided the verdict
  std::vector<FactLine> facts;            // all others
  casefile::Memory memory;                // what the plot is drawn from
  std::string memory_words;               // the same in a sentence
  std::vector<std::string> cell_code;     // lines of the cell's source
  int cell_line = 0;                      // 1-based; 0: not known
  std::vector<std::string> python_stack;  // innermost first
  std::vector<std::string> native_stack;
  // What the process said last; of handed-in evidence the lines that tell, each with its place.
  std::string words_title;
  std::vector<std::string> last_words;  // lines, oldest first
  std::vector<casefile::Gap> gaps;
  std::string case_id;
  bool shared = false;
};

// How much of what has no natural end is shown.
struct Extent {
  std::size_t word_lines = 200;
  std::size_t list_items = 12;
  std::size_t frames = 40;
};

View view_of(const diagnosis::Diagnosis& diagnosis, const Options& options, const Extent& extent);

}  // namespace km::report
