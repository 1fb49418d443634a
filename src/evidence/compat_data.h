// Which builds of a package there are and what they need: data/compat.json, built into the program.
#pragma once

#include "evidence/compat_version.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace km::evidence {

struct Build {
  std::string python;  // "3.8-3.10,3.12", "3.8+"
  std::string least;   // glibc or macOS; empty: none is told
};

struct Release {
  std::string version;
  Version number;
  std::map<std::string, Build, std::less<>> builds;           // "linux_x86_64" → Build, or "any"
  std::map<std::string, std::string, std::less<>> requires_;  // "numpy" → "<2.0,>=1.23.5"
  std::string cuda;                                           // tested with; empty: not told
};

struct NeedsCpu {
  std::string package;
  Version from;
  std::vector<std::string> features;
};

struct MetalPair {
  std::string metal, tensorflow, keras;  // requirements that name the pair; keras may be empty
  std::string says;                      // "cannot load"
};

struct CudaDriver {
  Version cuda;
  std::string linux_driver, windows_driver;
};

struct CompatData {
  std::string date;
  std::map<std::string, std::vector<Release>, std::less<>> packages;  // oldest release first
  std::map<std::string, std::string, std::less<>> numpy2_first;       // built for NumPy 2
  std::map<std::string, std::string, std::less<>> glibc_of;           // "ubuntu 22.04" → "2.35"
  std::vector<NeedsCpu> needs_cpu;
  std::vector<MetalPair> metal;
  std::vector<CudaDriver> cuda;
  Version rosetta_avx_from;  // macOS
  Version windows_gpu_last;  // TensorFlow
};

// Empty where the text is no such file.
CompatData parse_compat(std::string_view text);

// Parsed at the first call (about a millisecond) and not before: most cases never ask.
const CompatData& compat_data();

// The release of that version; where it is not listed, the last listed one of the same minor
// from 1.0 on.
const Release* find_release(const std::vector<Release>& releases, std::string_view version);

// Whether a build's Python text names 3.`minor`.
bool serves_python(std::string_view pythons, int minor);
// The highest minor it names; a large one for "3.8+".
int newest_python(std::string_view pythons);

}  // namespace km::evidence
