// Do the graphics stack, the Metal plug-in and the processor offer what the installed builds need?
#include "evidence/compat_checks.h"

#include <algorithm>
#include <fmt/core.h>
#include <fmt/format.h>

namespace km::evidence {
namespace {

bool has(const std::vector<std::string>& list, const std::string& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

// "2.2.0+cu121" → 12, 1: the last digit is the minor version.
Version cuda_of_torch(std::string_view version) {
  constexpr std::string_view kTag = "+cu";
  const std::size_t tag = version.find(kTag);
  if (tag == std::string_view::npos) return {};
  const Version digits = parse_version(version.substr(tag + kTag.size()));
  if (digits.empty() || digits[0] < 10) return {};
  return {digits[0] / 10, digits[0] % 10};
}

// A driver offers every CUDA of its own major version and older; a framework finds none newer.
void judge_cuda_of(const std::string& build, const Version& needs, const Situation& situation,
                   const CompatData& data, Judgement& judgement) {
  if (needs.empty()) return;
  if (!situation.cuda.empty()) {
    judgement.judged = true;
    if (situation.cuda[0] < needs[0]) {
      judgement.misfits.push_back(fmt::format("{} was built for CUDA {}; here is CUDA {}", build,
                                              fmt::join(needs, "."),
                                              fmt::join(situation.cuda, ".")));
      return;
    }
  }
  if (situation.driver.empty()) return;
  for (const CudaDriver& row : data.cuda) {
    if (row.cuda.empty() || row.cuda[0] != needs[0]) continue;
    const std::string& least = situation.os == "windows" ? row.windows_driver : row.linux_driver;
    judgement.judged = true;
    if (compare(situation.driver, parse_version(least)) >= 0) continue;
    judgement.misfits.push_back(
        fmt::format("{} was built for CUDA {}, which needs the driver {} or newer; here is {}",
                    build, fmt::join(needs, "."), least, fmt::join(situation.driver, ".")));
  }
}

// How Rosetta 2 deals with AVX here.
std::string rosetta_clause(const Situation& situation, const CompatData& data) {
  if (situation.os_version.empty()) {
    return fmt::format(
        "which Rosetta 2 does not offer before macOS {}, and does not advertise since",
        fmt::join(data.rosetta_avx_from, "."));
  }
  if (compare(situation.os_version, data.rosetta_avx_from) < 0) {
    return fmt::format("which Rosetta 2 does not offer before macOS {}",
                       fmt::join(data.rosetta_avx_from, "."));
  }
  return "which Rosetta 2 translates but does not advertise";
}

// A package that exists for x86-64 Macs alone runs translated on an Apple processor.
bool only_translated(const std::string& name, const std::string& version,
                     const Situation& situation, const CompatData& data) {
  if (situation.os != "macos" || situation.hardware != "arm64" || situation.conda ||
      !situation.architecture.empty()) {
    return false;
  }
  const auto package = data.packages.find(name);
  const Release* release =
      package == data.packages.end() ? nullptr : find_release(package->second, version);
  return release != nullptr && release->builds.contains("macos_x86_64") &&
         !release->builds.contains("macos_arm64");
}

void judge_cpu_of(const NeedsCpu& needs, const std::string& version, const Situation& situation,
                  const CompatData& data, Judgement& judgement) {
  const std::string build = version.empty() ? needs.package : needs.package + " " + version;
  std::vector<std::string> missing;
  for (const std::string& feature : needs.features) {
    if (has(situation.cpu_lacks, feature)) missing.push_back(feature);
  }
  if (only_translated(needs.package, version, situation, data)) {
    judgement.misfits.push_back(fmt::format("{} exists for macOS on x86-64 alone and needs {}, {}",
                                            build, fmt::join(needs.features, ", "),
                                            rosetta_clause(situation, data)));
  } else if (situation.translation == "rosetta" && needs.features.front().starts_with("avx")) {
    judgement.misfits.push_back(fmt::format("{} needs {}, {}", build,
                                            fmt::join(needs.features, ", "),
                                            rosetta_clause(situation, data)));
  } else if (situation.architecture == "arm64") {
    judgement.judged = true;  // another processor, another build
  } else if (!missing.empty()) {
    judgement.misfits.push_back(fmt::format("{} needs {}, which this processor does not offer",
                                            build, fmt::join(missing, ", ")));
  } else {
    judgement.judged |= situation.cpu_known && needs.features.front().starts_with("avx");
  }
}

}  // namespace

Judgement judge_cuda(const Situation& situation, const CompatData& data) {
  Judgement judgement;
  if (situation.os == "macos") return judgement;
  if (const auto tensorflow = tensorflow_of(situation)) {
    const Version number = parse_version(tensorflow->version);
    const std::string build = tensorflow->name + " " + tensorflow->version;
    const bool windows_gpu = situation.os == "windows" && !situation.gpu.empty();
    const Version last = {data.windows_gpu_last.size() < 2 ? 0 : data.windows_gpu_last[0],
                          data.windows_gpu_last.size() < 2 ? 0 : data.windows_gpu_last[1] + 1};
    if (windows_gpu && compare(number, last) >= 0) {
      judgement.misfits.push_back(
          fmt::format("{} has no GPU support on native Windows; {} was the last that had", build,
                      fmt::join(data.windows_gpu_last, ".")));
    } else if (const Release* release = tensorflow_release(*tensorflow, data);
               release != nullptr && tensorflow->name != "tensorflow-cpu") {
      judge_cuda_of(build, parse_version(release->cuda), situation, data, judgement);
    }
  }
  const std::string torch = version_of(situation, "torch");
  judge_cuda_of("torch " + torch, cuda_of_torch(torch), situation, data, judgement);
  return judgement;
}

Judgement judge_metal(const Situation& situation, const CompatData& data) {
  Judgement judgement;
  const std::string metal = version_of(situation, "tensorflow-metal");
  const Version metal_number = parse_version(metal);
  const auto tensorflow = tensorflow_of(situation);
  if (metal_number.empty() || !tensorflow) return judgement;
  const Version number = parse_version(tensorflow->version);
  const Version keras = parse_version(version_of(situation, "keras"));
  for (const MetalPair& pair : data.metal) {
    if (!fits(metal_number, pair.metal) || !fits(number, pair.tensorflow)) continue;
    if (!pair.keras.empty() && (keras.empty() || !fits(keras, pair.keras))) continue;
    judgement.judged = true;
    if (pair.says == "fits") break;
    judgement.misfits.push_back(fmt::format("tensorflow-metal {} {} with {} {}", metal, pair.says,
                                            tensorflow->name, tensorflow->version));
    break;
  }
  return judgement;
}

Judgement judge_cpu(const Situation& situation, const CompatData& data) {
  Judgement judgement;
  for (const NeedsCpu& needs : data.needs_cpu) {
    const auto package = situation.packages.find(needs.package);
    if (package == situation.packages.end() || needs.features.empty()) continue;
    const Version version = parse_version(package->second);
    if (!version.empty() && compare(version, needs.from) < 0) continue;
    judge_cpu_of(needs, package->second, situation, data, judgement);
  }
  return judgement;
}

}  // namespace km::evidence
