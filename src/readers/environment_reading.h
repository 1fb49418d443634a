// What is being gathered from one text about a machine: the readers of single shapes fill it, one
// line at a time.
#pragma once

#include "casefile/casefile.h"
#include "evidence/pattern.h"
#include "intake/excerpt.h"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace km::readers {

class Reading {
 public:
  explicit Reading(const intake::Excerpt& excerpt) : excerpt_(&excerpt) {}

  // What follows stands in this line.
  void at(const intake::ExcerptLine& line) { line_ = &line; }

  // The text says so itself. The first value stands, unless a later one says the same more exactly.
  void told(std::string_view name, casefile::Value value);
  // Follows from a path or the like: counts only where nothing says so itself.
  void derived(std::string_view name, std::string value);
  // "numpy", "2.1.3"; the version may be empty. Those of one list become one fact.
  void package(std::string_view name, std::string_view version);
  // A processor feature that is there, or is not.
  void feature(std::string_view name, bool there);

  // Makes facts of it, with regard to those that other files brought.
  void settle(casefile::CaseFile& out);

 private:
  struct Entry {
    std::string name;
    casefile::Value value;
    std::string source;
    bool derived = false;
  };
  [[nodiscard]] std::string source() const { return intake::source_of(*excerpt_, *line_); }
  void add_packages(casefile::CaseFile& out);
  void add_features(casefile::CaseFile& out);

  const intake::Excerpt* excerpt_;             // lives as long as this
  const intake::ExcerptLine* line_ = nullptr;  // of it
  std::vector<Entry> entries_;
  std::map<std::string, std::string> packages_;
  std::string packages_source_;
  std::map<std::string, bool> features_;
  std::string features_source_;
};

// Small tools for lines, all of them views into the same text.
bool is_digit(char c);
// Starts with a digit, and has a dot or is short: "2.1.3", "2.0.1+cu117", "3.14b1", "12".
bool is_version(std::string_view text);
// The version that begins at the first digit: "driver 410.104" → "410.104"; empty: none.
std::string_view version_in(std::string_view text);
// The columns of a table's row.
std::vector<std::string_view> fields_of(std::string_view line, std::size_t most);
// "arm64", "x86_64", "i686", ... however it is spelled in a word; empty: it is none.
std::string_view architecture_of_word(std::string_view word);
// The real processor's spelling: "aarch64" is "arm64".
std::string_view hardware_of(std::string_view architecture);

// Values that have more than one thing in them; each adds what it understands.
void read_os(std::string_view value, Reading& reading);
void read_architecture(std::string_view value, Reading& reading);
void read_processor(std::string_view value, Reading& reading);
void read_features(std::string_view value, Reading& reading);
void read_install_method(std::string_view value, Reading& reading);

// The readers of shapes. True: the line was one of theirs.
bool read_key_value(std::string_view line, Reading& reading);     // "ProductVersion: 12.3"
bool read_python_words(std::string_view line, Reading& reading);  // banners, file(1), platform()
bool read_host_words(std::string_view line, Reading& reading);    // uname, ulimit, docker
bool read_gpu_words(std::string_view line, Reading& reading);     // nvidia-smi, nvcc
void read_paths(std::string_view line, Reading& reading);         // what a path gives away

// Rows whose meaning an earlier line gives: free, df.
class TableReader {
 public:
  bool line(std::string_view line, Reading& reading);

 private:
  bool free_row(std::string_view line, Reading& reading);
  bool df_row(std::string_view line, Reading& reading);
  bool free_ = false;
  bool df_ = false;
  double free_unit_ = 0;  // bytes of a number without a suffix; 0: not told
  double df_unit_ = 1;
};

}  // namespace km::readers
