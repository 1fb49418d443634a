// The one value that passes from room to room: what is known about one death, live or from files,
// and what is not.
#pragma once

#include "casefile/fact.h"
#include "result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace km::casefile {

// Evidence that could not be had, why, and what the person at this machine can do about it.
struct Gap {
  std::string what;    // "the kernel log"
  std::string why;     // "reading /dev/kmsg is not permitted"
  std::string remedy;  // a command where there is one; may be empty
};

// The notebook cell that was running.
struct Cell {
  std::string id;                      // nbformat 4.5 cell id, or empty
  std::optional<int> index;            // place in the notebook, counted from 1 over all cells
  std::optional<int> execution_count;  // the number in the prompt
  std::optional<int> line;             // 1-based line of the source, where a stack tells it
  std::string source;                  // left out of everything made for others
};

// One point of the memory plot.
struct MemoryPoint {
  double seconds = 0;           // since the start of the process
  std::int64_t used_bytes = 0;  // process tree, or its cgroup where that is what the limit counts
};

struct CellMark {
  double seconds = 0;  // since the start of the process
  std::string label;   // "cell 3"
};

struct Memory {
  std::int64_t limit_bytes = 0;  // 0: none known
  std::int64_t peak_bytes = 0;
  std::vector<MemoryPoint> series;
  std::vector<CellMark> cells;
};

struct Death {
  std::optional<std::int64_t> pid;
  std::string time;    // ISO 8601, UTC; empty where unknown
  std::string signal;  // "SIGSEGV", or empty
  std::optional<std::int64_t> exit_code;
  std::optional<Cell> cell;
  std::vector<std::string> python_stack;  // "file.py:12 in name", innermost first
  std::vector<std::string> native_stack;  // "image`symbol + offset", innermost first
  Memory memory;
};

struct CaseFile {
  std::string id;       // "20261124-161701-4711"; empty for evidence from elsewhere
  std::string subject;  // "kernel", "program", "evidence" or "environment"
  std::vector<Fact> facts;
  std::vector<Gap> gaps;
  std::optional<Death> death;
  std::string last_words;  // the end of what the process wrote to fd 1 and 2, at most 64 KiB, UTF-8

  void add(std::string_view name, Value value, std::string_view source);
  // Looked for and not there: a condition on it is decided, not unknown.
  void none(std::string_view name, std::string_view source) { add(name, NotThere{}, source); }
  void gap(std::string what, std::string why, std::string remedy = {});

  // All facts of this name, in the order they were added; several collectors may contribute.
  std::vector<const Fact*> find(std::string_view name) const;
  // The first value of this name as that type, or nothing.
  std::optional<std::string> text(std::string_view name) const;
  std::optional<std::int64_t> number(std::string_view name) const;
  std::optional<bool> flag(std::string_view name) const;
};

// JSON, `kernelmedic.case/1` (docs/casefile-format.md). Reading tolerates unknown fields and
// refuses wrong types.
std::string to_json(const CaseFile& casefile);
Result<CaseFile> from_json(std::string_view text);

}  // namespace km::casefile
