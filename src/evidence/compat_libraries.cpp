// Do NumPy, protobuf and Keras fit the packages that were built against them?
#include "evidence/compat_checks.h"

#include <fmt/core.h>

namespace km::evidence {
namespace {

// "tensorflow 2.16.1 asks for numpy <2.0.0,>=1.23.5; 2.1.0 is installed"
void judge_requirement(std::string_view dependency, const Situation& situation,
                       const CompatData& data, Judgement& judgement) {
  const std::string have = version_of(situation, dependency);
  const Version number = parse_version(have);
  if (number.empty()) return;
  const auto tensorflow = tensorflow_of(situation);
  const Release* release = tensorflow ? tensorflow_release(*tensorflow, data) : nullptr;
  if (release == nullptr) return;
  const auto asks = release->requires_.find(dependency);
  if (asks == release->requires_.end()) return;
  judgement.judged = true;
  if (fits(number, asks->second)) return;
  judgement.misfits.push_back(fmt::format("{} {} asks for {} {}; {} is installed", tensorflow->name,
                                          tensorflow->version, dependency, asks->second, have));
}

}  // namespace

Judgement judge_numpy(const Situation& situation, const CompatData& data) {
  Judgement judgement;
  const std::string numpy = version_of(situation, "numpy");
  const Version number = parse_version(numpy);
  if (number.empty()) return judgement;
  if (number[0] >= 2) {
    for (const auto& [name, first] : data.numpy2_first) {
      const std::string version = version_of(situation, name);
      const Version have = parse_version(version);
      if (have.empty()) continue;
      judgement.judged = true;
      if (compare(have, parse_version(first)) >= 0) continue;
      judgement.misfits.push_back(fmt::format(
          "{} {} was built for NumPy 1, and numpy {} is installed; the first built for NumPy 2 is "
          "{}",
          name, version, numpy, first));
    }
  }
  if (judgement.misfits.empty()) judge_requirement("numpy", situation, data, judgement);
  return judgement;
}

Judgement judge_protobuf(const Situation& situation, const CompatData& data) {
  Judgement judgement;
  judge_requirement("protobuf", situation, data, judgement);
  const auto tensorflow = tensorflow_of(situation);
  const std::string protobuf = version_of(situation, "protobuf");
  if (!judgement.misfits.empty() || !tensorflow || parse_version(protobuf).empty()) {
    return judgement;
  }
  // Early releases did not limit protobuf, and their generated code is older than its 3.19.
  if (!fits(parse_version(tensorflow->version), "<2.12")) return judgement;
  judgement.judged = true;
  if (fits(parse_version(protobuf), ">=4")) {
    judgement.misfits.push_back(
        fmt::format("{} {} has generated code that protobuf 4 and newer refuse; {} is installed",
                    tensorflow->name, tensorflow->version, protobuf));
  }
  return judgement;
}

Judgement judge_keras(const Situation& situation, const CompatData& data) {
  Judgement judgement;
  const auto tensorflow = tensorflow_of(situation);
  const std::string keras = version_of(situation, "keras");
  const Version number = parse_version(keras);
  if (!tensorflow || number.empty()) return judgement;
  if (number[0] >= 3 && fits(parse_version(tensorflow->version), "<2.16")) {
    judgement.misfits.push_back(
        fmt::format("keras {} needs TensorFlow 2.16 or newer; {} {} is installed", keras,
                    tensorflow->name, tensorflow->version));
    return judgement;
  }
  judge_requirement("keras", situation, data, judgement);
  return judgement;
}

}  // namespace km::evidence
