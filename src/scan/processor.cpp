// Architectures that do not go together, and instructions that the processor lacks.
#include "evidence/compat_version.h"
#include "scan/judges.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <fmt/ranges.h>

namespace km::scan {
namespace {

// What each level of the x86-64 psABI adds; names as os::Cpu has them.
std::vector<std::string> features_of_level(std::string_view level) {
  std::vector<std::string> features{"cx16", "popcnt", "sse3", "ssse3", "sse4_1", "sse4_2"};
  if (level == "x86-64-v3" || level == "x86-64-v4")
    features.insert(features.end(), {"avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe"});
  if (level == "x86-64-v4")
    features.insert(features.end(), {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"});
  if (level == "x86-64-baseline") features.clear();
  return features;
}

std::string folder_of(std::string_view shown) {
  return std::string(shown.substr(0, shown.find('/')));
}

// What Rosetta 2 offers an x86-64 process before macOS 15 (Apple: About the Rosetta translation
// environment). Later ones translate AVX and do not say so: nothing is known of a file then.
void tell_rosetta(const Platform& platform, casefile::CaseFile& out) {
  if (!out.text("host.translation"))
    out.add("host.translation", std::string("rosetta"), "--platform");
  const auto version = evidence::parse_version(platform.version);
  constexpr int kFirstWithAvx = 15;
  if (version.empty() || version[0] >= kFirstWithAvx || !out.find("cpu.features").empty()) return;
  out.add("cpu.features",
          std::vector<std::string>{"cx16", "popcnt", "sse3", "sse4_1", "sse4_2", "ssse3"},
          fmt::format("what Rosetta 2 translates on macOS {}", platform.version));
}

}  // namespace

void judge_architecture(const Inventory& inventory, const Surroundings& around,
                        casefile::CaseFile& out) {
  if (inventory.architecture.empty()) return;
  out.add("python.architecture", inventory.architecture, inventory.architecture_source);
  std::vector<std::string> foreign;
  const auto format = inventory.os == "macos" ? binary::Format::mach_o : binary::Format::elf;
  for (const Native& native : inventory.natives) {
    if (native.images.empty()) continue;
    if (native.images.front().format != format) {
      // Packages for every system bring helpers for each; only what `import` would find is felt.
      if (native.defines_module())
        foreign.push_back(fmt::format("{} is made for {}", native.shown,
                                      format == binary::Format::elf ? "macOS" : "Linux"));
      continue;
    }
    if (native.image_for(inventory.architecture) != nullptr) continue;
    // An arm64 process maps arm64e libraries of the system alone; packages have none.
    if (native.is_extension_module() && !native.defines_module()) continue;
    foreign.push_back(
        fmt::format("{} is made for {}", native.shown, native.images.front().architecture));
  }
  tell_all(out, "scan.foreign_architecture", std::move(foreign), "headers of the native files");
  // Translated as a whole.
  const std::string& machine = around.platform.architecture;
  if (machine.empty()) return;
  if (machine != inventory.architecture) {
    out.add("scan.translated", fmt::format("{} Python on {}", inventory.architecture, machine),
            inventory.architecture_source);
    if (inventory.os == "macos" && inventory.architecture == "x86_64" && machine == "arm64")
      tell_rosetta(around.platform, out);
  } else {
    out.none("scan.translated", inventory.architecture_source);
  }
}

void judge_processor(const Inventory& inventory, casefile::CaseFile& out) {
  const auto known = out.find("cpu.features");
  if (known.empty() || inventory.architecture != "x86_64") return;
  const auto* features = std::get_if<std::vector<std::string>>(&known.front()->value);
  if (features == nullptr) return;
  const auto lacks = [&](const std::string& feature) {
    return std::find(features->begin(), features->end(), feature) == features->end();
  };
  std::vector<std::string> lacking;
  for (const Native& native : inventory.natives) {
    std::vector<std::string> missing;
    std::string how;
    for (const binary::NeededFeature& need : native.features) {
      if (!lacks(need.feature)) continue;
      missing.push_back(need.feature);
      if (how.empty())
        how = fmt::format("`{}` at 0x{:x} runs whenever it is loaded", need.instruction,
                          need.address);
    }
    for (const binary::Image& image : native.images) {
      for (const std::string& level : image.needed_isa) {
        for (std::string& feature : features_of_level(level)) {
          if (!lacks(feature) ||
              std::find(missing.begin(), missing.end(), feature) != missing.end())
            continue;
          missing.push_back(std::move(feature));
          if (how.empty()) how = "it is marked as built for " + level;
        }
      }
    }
    if (!missing.empty())
      lacking.push_back(
          fmt::format("{} needs {} ({})", native.shown, fmt::join(missing, ", "), how));
  }
  // One library of a package is enough to say it; the one that everything loads comes first.
  std::stable_sort(lacking.begin(), lacking.end(), [](const std::string& a, const std::string& b) {
    const auto depth = [](const std::string& text) {
      return std::count(text.begin(), text.end(), '/');
    };
    return folder_of(a) != folder_of(b) ? folder_of(a) < folder_of(b) : depth(a) < depth(b);
  });
  tell_all(out, "scan.cpu_lacks", std::move(lacking),
           "code that runs at loading, and ISA notes, of the native files");
}

}  // namespace km::scan
