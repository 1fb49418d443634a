// The single checks behind add_compat; pure functions of what a case tells of the machine.
#pragma once

#include "evidence/compat_data.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace km::evidence {

struct Situation {
  std::string os;                      // "linux", "macos", "windows"; empty: unknown, also below
  Version os_version;                  // of macOS
  Version glibc;                       // of Linux
  std::vector<std::string> platforms;  // that the interpreter may be of: "macos_arm64", ...
  std::string place;                   // how people call them: "macos-arm64", "linux"
  int python_minor = -1;               // of Python 3
  std::map<std::string, std::string, std::less<>> packages;  // installed; version may be empty
  std::vector<std::string> wanted;  // that an installer did not find: "tensorflow>=1.8.0"
  bool conda = false;               // its builds are not those of PyPI
  std::string architecture;         // of the interpreter: "arm64", "x86_64"
  std::string hardware;
  std::string translation;
  std::vector<std::string> cpu_features;
  std::vector<std::string> cpu_lacks;
  bool cpu_known = false;  // cpu_lacks is complete, maybe empty
  std::string gpu;
  Version cuda, driver;
};

struct Judgement {
  std::vector<std::string> misfits;  // a sentence each
  bool judged = false;               // something was fully known
};

Judgement judge_builds(const Situation& situation, const CompatData& data);
Judgement judge_os(const Situation& situation, const CompatData& data);
Judgement judge_numpy(const Situation& situation, const CompatData& data);
Judgement judge_protobuf(const Situation& situation, const CompatData& data);
Judgement judge_keras(const Situation& situation, const CompatData& data);
Judgement judge_cuda(const Situation& situation, const CompatData& data);
Judgement judge_metal(const Situation& situation, const CompatData& data);
Judgement judge_cpu(const Situation& situation, const CompatData& data);

// The installed TensorFlow under whichever of its names, with a known version.
struct Installed {
  std::string name;
  std::string version;
};
std::optional<Installed> tensorflow_of(const Situation& situation);
const Release* tensorflow_release(const Installed& tensorflow, const CompatData& data);

// The version of an installed package; empty where it is not there or not known.
std::string version_of(const Situation& situation, std::string_view package);

}  // namespace km::evidence
