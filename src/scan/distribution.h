// What installers leave beside a package: METADATA and RECORD of a .dist-info folder.
// Format: PEP 376, PEP 566, "Recording installed projects" of the packaging specifications.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace km::scan {

struct RecordLine {
  std::string path;        // relative to site-packages; may lead out of it ("../../bin/x")
  std::int64_t size = -1;  // bytes; -1: not told
};

struct Distribution {
  std::string name;              // as PEP 503 normalises it: "scikit-learn"
  std::string version;           // as METADATA has it
  std::filesystem::path folder;  // the .dist-info folder
  std::vector<std::string>
      requires_;  // Requires-Dist as it stands: "numpy<2.0,>=1.23; python_version < \"3.12\""
  std::string installer;  // "pip", "uv", "conda", ...; empty: not told
  std::vector<RecordLine> files;
  bool has_record = false;
};

// The header lines of a METADATA text; the long description below them is not looked at.
void read_metadata(std::string_view text, Distribution& into);
// RECORD: CSV with quoted fields where a name has a comma.
std::vector<RecordLine> parse_record(std::string_view text);

// All of a site-packages folder, sorted by name. What cannot be read is left out and told in
// `notes`.
std::vector<Distribution> distributions_in(const std::filesystem::path& site_packages,
                                           std::vector<std::string>& notes);

// "numpy<2.0,>=1.23; extra == 'x'" → name, version part, marker.
struct Requirement {
  std::string name;      // normalised
  std::string versions;  // "<2.0,>=1.23"; empty: any
  std::string marker;    // behind the semicolon; empty: always
};
Requirement parse_requirement(std::string_view text);

}  // namespace km::scan
