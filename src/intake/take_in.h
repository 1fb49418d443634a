// Takes in the files that somebody hands over: any bytes from any system, packed or not, of any
// size.
#pragma once

#include "intake/decoder.h"
#include "intake/excerpt.h"
#include "intake/line_scan.h"
#include "result.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace km::intake {

struct IntakeOptions {
  LinePatterns patterns;  // what rules and readers look for; only large files need them
  // Called now and then while a large file is read, with bytes as they lie on the disk. A total of
  // -1 is not known (a pipe).
  std::function<void(std::int64_t done, std::int64_t total)> progress = {};
};

struct Intake {
  // By content, whatever the name says.
  enum class Kind { text, json, apple_report, notebook, casefile, core_file, binary, empty };
  std::string name;  // as facts show it
  Kind kind = Kind::text;
  Excerpt excerpt;                 // of every kind of text
  std::string whole;               // of a JSON document or an Apple report, as UTF-8
  std::vector<std::string> notes;  // what could not be taken in, each a reason for a gap
};

// What is kept of a document whose kind needs all of it. Parsed it takes several times as much.
inline constexpr std::size_t kWholeBytes = std::size_t{6} << 20U;

// "-" is standard input. `name` is what to call it, the base name where that is empty. A folder is
// an error: files_below tells what is in it. A core file is only recognised, read_core_file reads
// it from the path.
Result<Intake> take_in(const std::string& path, const IntakeOptions& options,
                       std::string name = {});

// The same for bytes that are at hand.
Intake take_in(std::unique_ptr<ByteSource> bytes, std::string name, const LinePatterns& patterns);

Intake::Kind kind_of(std::string_view head);

// By its first 18 bytes.
bool is_core_file(std::string_view head);

// How the files of one case are called in what we say: by their base names, or by their paths where
// those are the same.
std::vector<std::string> shown_names(const std::vector<std::string>& paths);

struct FilesBelow {
  std::vector<std::string> files;  // sorted
  std::vector<std::string> notes;  // what was left out
};
inline constexpr std::size_t kMostFiles = 10'000;

// Regular files in the folder and the folders in it. No links are followed, hidden files are left
// out.
Result<FilesBelow> files_below(const std::string& folder);

}  // namespace km::intake
