#include "cli/check_fix.h"

#include "cli/command.h"
#include "os/file.h"
#include "os/folders.h"

#include <algorithm>
#include <fmt/core.h>
#include <set>
#include <string_view>
#include <system_error>
#include <variant>

namespace km::cli {
namespace {

namespace fs = std::filesystem;

// Foreign text in a comment must not end it.
std::string comment(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '\n' || c == '\r' ? ' ' : c;
  return out;
}

// Those that a new installation mends; the others say themselves what to do.
bool is_mended(const diagnosis::Finding& finding) {
  static const std::set<std::string_view> kMended{
      "broken_installation",        "library_abi_conflict",   "wrong_architecture_library",
      "python_version_unsupported", "kernel_startup_failure", "duplicate_openmp_runtime",
      "gpu_driver_mismatch",        "code_signature_invalid"};
  return kMended.count(finding.cause) != 0;
}

// The facts that decided, as one text to look for packages in.
std::string evidence_of(const report::Checkup& checkup) {
  std::string text;
  for (const diagnosis::Finding& finding : checkup.diagnosis.findings) {
    for (const std::string& name : finding.because) {
      if (name == "python.packages") continue;
      for (const casefile::Fact* fact : checkup.diagnosis.casefile.find(name))
        text += " " + casefile::to_text(fact->value);
    }
  }
  return text;
}

// What somebody asked for: everything else comes with it.
std::vector<const scan::Distribution*> chosen(const scan::Inventory& inventory) {
  std::set<std::string> needed;
  for (const scan::Distribution& one : inventory.distributions) {
    for (const std::string& text : one.requires_) {
      const auto requirement = scan::parse_requirement(text);
      if (requirement.marker.find("extra") == std::string::npos) needed.insert(requirement.name);
    }
  }
  static const std::set<std::string_view> kInstallers{"pip", "setuptools", "wheel", "uv",
                                                      "ipykernel"};
  std::vector<const scan::Distribution*> found;
  for (const scan::Distribution& one : inventory.distributions) {
    if (needed.count(one.name) == 0 && kInstallers.count(one.name) == 0) found.push_back(&one);
  }
  return found;
}

std::string requirements(const scan::Inventory& inventory, const report::Checkup& checkup) {
  const std::string evidence = evidence_of(checkup);
  const bool metal = inventory.find("tensorflow-metal") != nullptr &&
                     evidence.find("tensorflow-metal") != std::string::npos;
  std::string text = " ipykernel";
  for (const scan::Distribution* one : chosen(inventory)) {
    // A version that is part of the trouble must not be asked for again.
    const bool blamed = evidence.find(one->name + " " + one->version) != std::string::npos ||
                        evidence.find("/" + one->name + "/") != std::string::npos;
    if (metal && one->name == "tensorflow") {
      text += " " + shell_quoted("tensorflow>=2.18,<2.20");  // the pairs that are complete
    } else {
      text += " " + shell_quoted(blamed ? one->name : one->name + "==" + one->version);
    }
  }
  return text;
}

// "home = /usr/bin" of pyvenv.cfg names the Python that an environment was made with.
fs::path base_python(const scan::Environment& environment) {
  constexpr std::int64_t kConfigBytes = std::int64_t{64} * 1024;
  constexpr std::string_view kHome = "home = ";
  std::error_code error;
  if (const auto config = os::read_file(environment.prefix / "pyvenv.cfg", kConfigBytes)) {
    const std::size_t at = config->find(kHome);
    if (at != std::string::npos) {
      const std::size_t begin = at + kHome.size();
      const fs::path folder = config->substr(begin, config->find_first_of("\r\n", begin) - begin);
      for (const std::string& name :
           {"python" + environment.version.substr(0, environment.version.rfind('.')),
            "python" + environment.version, std::string("python3")}) {
        if (fs::exists(folder / name, error)) return folder / name;
      }
    }
  }
  return fs::exists(environment.interpreter, error) ? environment.interpreter : "python3";
}

fs::path beside(const scan::Environment& environment) {
  std::error_code error;
  const bool own = fs::exists(environment.prefix / "pyvenv.cfg", error) ||
                   fs::exists(environment.prefix / "conda-meta", error);
  // The system's Python has no "beside".
  return own ? fs::path(environment.prefix.string() + "-medic")
             : os::home_folder() / "kernelmedic-environment";
}

std::string commands(const scan::Inventory& inventory, const report::Checkup& checkup) {
  const scan::Environment& environment = inventory.environment;
  const std::string wanted = requirements(inventory, checkup);
  if (environment.installer == "conda") {
    std::string spec = wanted;  // conda writes one equals sign
    for (std::size_t at = spec.find("=="); at != std::string::npos; at = spec.find("=="))
      spec.erase(at, 1);
    return fmt::format("conda create -y -p \"$new\" -c conda-forge python={}{}\n",
                       environment.version.substr(0, environment.version.find('.', 2)), spec);
  }
  const std::string python = shell_quoted(base_python(environment).string());
  if (environment.installer == "uv")
    return fmt::format(
        "uv venv --python {} \"$new\"\nuv pip install --python \"$new/bin/python\"{}\n", python,
        wanted);
  return fmt::format("{} -m venv \"$new\"\n\"$new/bin/python\" -m pip install{}\n", python, wanted);
}

}  // namespace

std::string fix_script(const scan::Inventory& inventory, const report::Checkup& checkup) {
  const fs::path fresh = beside(inventory.environment);
  std::string script = fmt::format("#!/bin/sh\n# What kernelmedic check found in {}:\n",
                                   comment(inventory.environment.prefix.string()));
  bool mends = false;
  std::string by_hand;
  for (const diagnosis::Finding& finding : checkup.diagnosis.findings) {
    script += fmt::format("#   {}: {}\n", finding.cause, comment(finding.title));
    if (is_mended(finding)) {
      mends = true;
      continue;
    }
    by_hand += fmt::format("# {}\n", comment(finding.title));
    for (const std::string& action : finding.actions)
      by_hand += fmt::format("#   - {}\n", comment(action));
  }
  if (checkup.diagnosis.findings.empty())
    return script + "#   nothing\n# There is nothing to repair.\n";
  if (!by_hand.empty()) script += "#\n# By hand, since no installation repairs it:\n" + by_hand;
  if (!mends) return script;
  script += fmt::format(
      "#\n# A new environment beside it, with the same packages in versions that fit each other.\n"
      "# The old one stays as it is.\nset -eu\nnew={}\n"
      "if [ -e \"$new\" ]; then echo \"$new is there already\" >&2; exit 1; fi\n",
      shell_quoted(fresh.string()));
  script += commands(inventory, checkup);
  script += fmt::format("\"$new/bin/python\" -m ipykernel install --user --name {}\n",
                        shell_quoted(fresh.filename().string()));
  script += "echo \"Now look at it: kernelmedic check --python $new\"\n";
  return script;
}

}  // namespace km::cli
