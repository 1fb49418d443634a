// The order in which the judges are asked: what one adds, a later one may need.
#include "scan/scan.h"

#include "evidence/compat.h"
#include "evidence/host.h"

#include <algorithm>
#include <fmt/core.h>
#include <system_error>

namespace km::scan {
namespace {

// What is known of the machine where the environment is to run, without being there.
void tell_platform(const Surroundings& around, casefile::CaseFile& out) {
  const Platform& platform = around.platform;
  constexpr std::string_view kSource = "--platform";
  out.add("host.os", platform.os, kSource);
  if (!platform.version.empty())
    out.add("host.os_version", (platform.os == "macos" ? "macOS " : "") + platform.version,
            kSource);
  out.add("host.hardware", platform.architecture, kSource);
}

void tell_python(const Inventory& inventory, casefile::CaseFile& out) {
  const Environment& environment = inventory.environment;
  const std::string prefix = environment.prefix.string();
  if (!environment.version.empty()) out.add("python.version", environment.version, prefix);
  if (!environment.interpreter.empty())
    out.add("python.executable", environment.interpreter.string(), prefix);
  out.add("python.install", environment.installer, prefix);
  std::vector<std::string> packages;
  for (const Distribution& one : inventory.distributions)
    packages.push_back(one.name + " " + one.version);
  constexpr std::string_view kSource = "metadata of the installed packages";
  tell_all(out, "python.packages", std::move(packages), kSource);
  tell_all(out, "scan.installed_twice", inventory.installed_twice, kSource);
}

// A link that leads nowhere: the Python that the environment was made with is gone.
void judge_interpreter(const Inventory& inventory, casefile::CaseFile& out) {
  const auto& interpreter = inventory.environment.interpreter;
  if (interpreter.empty()) return;
  std::error_code error;
  if (std::filesystem::exists(interpreter, error)) {
    out.none("scan.interpreter", interpreter.string());
    return;
  }
  const auto target = std::filesystem::read_symlink(interpreter, error);
  out.add("scan.interpreter",
          error ? fmt::format("{} is not there", interpreter.string())
                : fmt::format("{} leads to {}, which is not there", interpreter.string(),
                              target.string()),
          interpreter.string());
}

// As the facts have it: the processor below a translator, too.
Platform this_platform(const casefile::CaseFile& facts) {
  Platform platform;
  platform.os = facts.text("host.os").value_or("");
  platform.architecture = facts.text("host.hardware").value_or("");
  const std::string version = facts.text("host.os_version").value_or("");
  if (platform.os == "macos")
    platform.version =
        version.substr(std::min(version.find_first_of("0123456789"), version.size()));
  return platform;
}

}  // namespace

void tell_all(casefile::CaseFile& out, std::string_view name, std::vector<std::string> values,
              std::string_view source) {
  if (values.empty()) {
    out.none(name, source);
  } else {
    out.add(name, std::move(values), source);
  }
}

casefile::CaseFile scan(const Inventory& inventory, const Surroundings& given,
                        const std::vector<std::string>& wrap) {
  casefile::CaseFile out;
  out.subject = "environment";
  Surroundings around = given;
  if (around.foreign) {
    tell_platform(around, out);
  } else {
    evidence::add_host(wrap, inventory.architecture, out);
    around.platform = this_platform(out);
  }
  tell_python(inventory, out);
  judge_interpreter(inventory, out);
  judge_architecture(inventory, around, out);
  judge_processor(inventory, out);
  judge_files(inventory, out);
  judge_libraries(inventory, around, out);
  judge_duplicates(inventory, out);
  judge_python_abi(inventory, out);
  judge_numpy(inventory, out);
  judge_requirements(inventory, around, out);
  judge_apple(inventory, around, out);
  judge_gpu(inventory, around, out);
  judge_kernel(inventory, around, out);
  judge_folder(inventory, around, out);
  judge_machine(around, out);
  judge_variables(inventory, around, out);
  evidence::add_compat(out);
  for (const std::string& note : inventory.notes) out.gap("a part of the environment", note);
  return out;
}

}  // namespace km::scan
