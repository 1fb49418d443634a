// Collects from a case's facts what the checks need, and makes facts of their judgements.
#include "evidence/compat.h"

#include "evidence/compat_checks.h"
#include "evidence/pattern.h"

#include <algorithm>
#include <fmt/core.h>

namespace km::evidence {
namespace {

std::vector<std::string> texts(const casefile::CaseFile& file, std::string_view name) {
  std::vector<std::string> all;
  for (const casefile::Fact* fact : file.find(name)) {
    if (const auto* text = std::get_if<std::string>(&fact->value)) all.push_back(*text);
    if (const auto* list = std::get_if<std::vector<std::string>>(&fact->value)) {
      all.insert(all.end(), list->begin(), list->end());
    }
  }
  return all;
}

bool mentions(const std::vector<std::string>& values, std::string_view part) {
  return std::any_of(values.begin(), values.end(), [&](const std::string& value) {
    return value.find(part) != std::string::npos;
  });
}

// One spelling for each architecture.
std::string architecture_of(std::string_view told) {
  if (told == "aarch64") return "arm64";
  if (told == "amd64" || told == "x86-64" || told == "x64") return "x86_64";
  if (told == "i386" || told == "x86" || told == "i586") return "i686";
  return std::string(told);
}

// "Ubuntu 22.04.3 LTS", "Linux-5.15.0-91-generic-x86_64-with-glibc2.35" → 2.35
Version glibc_in(const std::string& os_version, const CompatData& data) {
  const std::string text = lower(os_version);
  constexpr std::string_view kName = "glibc";
  if (const std::size_t place = text.find(kName); place != std::string::npos) {
    const std::size_t number = text.find_first_of("0123456789", place);
    if (number != std::string::npos && number <= place + kName.size() + 1) {
      return parse_version(std::string_view(text).substr(number));
    }
  }
  for (const auto& [system, glibc] : data.glibc_of) {
    const std::size_t place = text.find(system);
    if (place == std::string::npos) continue;
    // "debian 1" must not be found in "debian 12".
    const std::size_t end = place + system.size();
    if (end >= text.size() || text[end] < '0' || text[end] > '9') return parse_version(glibc);
  }
  return {};
}

// "macOS 12.3", "macOS-13.1-arm64", "Darwin 23.5.0" → the version of macOS.
Version macos_in(const std::string& os_version) {
  const std::size_t number = os_version.find_first_of("0123456789");
  if (number == std::string::npos) return {};
  Version version = parse_version(std::string_view(os_version).substr(number));
  if (version.empty() || os_version.find("Darwin") == std::string::npos) return version;
  const int darwin = version[0];
  if (darwin < 20) return {10, darwin - 4};
  return {darwin < 25 ? darwin - 9 : darwin + 1};
}

void place_interpreter(Situation& situation) {
  const std::string& os = situation.os;
  std::vector<std::string> architectures;
  if (!situation.architecture.empty()) {
    architectures = {situation.architecture};
    situation.place = (os.empty() ? "" : os + "-") + situation.architecture;
  } else {
    architectures = {"x86_64", "arm64"};
    situation.place = os.empty() ? "any platform" : os;
  }
  for (const char* system : {"linux", "macos", "windows"}) {
    if (!os.empty() && os != system) continue;
    for (const std::string& architecture : architectures) {
      std::string name = architecture;
      if (std::string_view(system) == "linux" && name == "arm64") name = "aarch64";
      if (std::string_view(system) == "windows" && name == "x86_64") name = "amd64";
      situation.platforms.push_back(fmt::format("{}_{}", system, name));
    }
  }
}

void read_processor(const casefile::CaseFile& file, Situation& situation) {
  situation.hardware = architecture_of(file.text("host.hardware").value_or(""));
  situation.translation = file.text("host.translation").value_or("");
  situation.architecture = architecture_of(file.text("python.architecture").value_or(""));
  if (situation.architecture.empty() && situation.translation == "rosetta") {
    situation.architecture = "x86_64";
  }
  const std::string host = architecture_of(file.text("host.architecture").value_or(""));
  // On a Mac the machine does not tell what its interpreter was built for.
  if (situation.architecture.empty() && (situation.os != "macos" || host == "x86_64")) {
    situation.architecture = host;
  }
  situation.cpu_features = texts(file, "cpu.features");
  situation.cpu_lacks = texts(file, "cpu.lacks");
  situation.cpu_known = !file.find("cpu.lacks").empty();
}

Situation situation_of(const casefile::CaseFile& file, const CompatData& data) {
  Situation situation;
  situation.os = file.text("host.os").value_or("");
  for (const std::string& text : texts(file, "host.os_version")) {
    if (situation.os == "macos" && situation.os_version.empty()) {
      situation.os_version = macos_in(text);
    }
    if (situation.os == "linux" && situation.glibc.empty()) {
      situation.glibc = glibc_in(text, data);
    }
  }
  read_processor(file, situation);
  place_interpreter(situation);
  const Version python = parse_version(file.text("python.version").value_or(""));
  if (python.size() >= 2 && python[0] == 3) situation.python_minor = python[1];
  for (const std::string& package : texts(file, "python.packages")) {
    const std::size_t space = package.find(' ');
    situation.packages.emplace(
        lower(std::string_view(package).substr(0, space)),
        space == std::string::npos ? std::string{} : package.substr(space + 1));
  }
  situation.wanted = texts(file, "python.wanted");
  situation.conda = mentions(texts(file, "python.install"), "conda");
  situation.gpu = file.text("gpu.model").value_or("");
  situation.cuda = parse_version(file.text("gpu.cuda_version").value_or(""));
  situation.driver = parse_version(file.text("gpu.driver").value_or(""));
  return situation;
}

}  // namespace

std::optional<Installed> tensorflow_of(const Situation& situation) {
  for (const char* name :
       {"tensorflow", "tensorflow-macos", "tensorflow-cpu", "tensorflow-gpu", "tensorflow-intel"}) {
    std::string version = version_of(situation, name);
    if (!parse_version(version).empty()) return Installed{name, std::move(version)};
  }
  return std::nullopt;
}

const Release* tensorflow_release(const Installed& tensorflow, const CompatData& data) {
  const auto releases = data.packages.find("tensorflow");
  return releases == data.packages.end() ? nullptr
                                         : find_release(releases->second, tensorflow.version);
}

std::string version_of(const Situation& situation, std::string_view package) {
  const auto found = situation.packages.find(package);
  return found == situation.packages.end() ? std::string{} : found->second;
}

void add_compat(casefile::CaseFile& out) {
  // Nothing to judge: the data need not be read.
  if (out.find("python.packages").empty() && out.find("python.wanted").empty()) return;
  const CompatData& data = compat_data();
  const Situation situation = situation_of(out, data);
  const std::string source = "the compatibility data of " + data.date;
  const auto add = [&](std::string_view name, Judgement judgement) {
    if (judgement.misfits.size() == 1) {
      out.add(name, std::move(judgement.misfits.front()), source);
    } else if (!judgement.misfits.empty()) {
      out.add(name, std::move(judgement.misfits), source);
    } else if (judgement.judged) {
      out.none(name, source);
    }
  };
  add("compat.cpu", judge_cpu(situation, data));
  add("compat.cuda", judge_cuda(situation, data));
  add("compat.keras", judge_keras(situation, data));
  add("compat.metal", judge_metal(situation, data));
  add("compat.no_build", judge_builds(situation, data));
  add("compat.numpy", judge_numpy(situation, data));
  add("compat.os", judge_os(situation, data));
  add("compat.protobuf", judge_protobuf(situation, data));
}

}  // namespace km::evidence
