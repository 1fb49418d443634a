// Environment variables that are known to hurt, with what each does.
#include "scan/judges.h"

#include <algorithm>
#include <fmt/core.h>
#include <system_error>

namespace km::scan {
namespace {

namespace fs = std::filesystem;

void tell_variable(std::string_view name, const Surroundings& around, std::string_view why,
                   std::vector<std::string>& told) {
  if (around.variable(std::string(name))) told.push_back(fmt::format("{}: {}", name, why));
}

}  // namespace

void judge_variables(const Inventory& inventory, const Surroundings& around,
                     casefile::CaseFile& out) {
  if (around.foreign) return;
  std::vector<std::string> told;
  tell_variable("KMP_DUPLICATE_LIB_OK", around,
                "it hides that two OpenMP runtimes are loaded; results may be wrong", told);
  tell_variable("PYTORCH_MPS_HIGH_WATERMARK_RATIO", around,
                "with 0 PyTorch takes memory of the GPU until macOS kills it", told);
  tell_variable("DYLD_INSERT_LIBRARIES", around, "it loads a library into every process", told);
  tell_variable("DYLD_LIBRARY_PATH", around, "it puts other libraries before a package's own",
                told);
  tell_variable("LD_PRELOAD", around, "it loads a library into every process", told);
  tell_variable("PYTHONHOME", around, "it makes Python take another installation's library", told);
  tell_variable("MALLOC_PERTURB_", around, "it fills freed memory, which ends programs with bugs",
                told);
  // It only hurts where it really leads a package's library elsewhere.
  if (const auto list = around.variable("LD_LIBRARY_PATH"); list && !list->empty()) {
    for (const Native& native : inventory.natives) {
      const std::string file = native.path.filename().string();
      if (!file.starts_with("lib") || file.find(".so") == std::string::npos) continue;
      for (std::string_view rest = *list; !rest.empty();) {
        const std::size_t end = std::min(rest.find(':'), rest.size());
        const fs::path other = fs::path(rest.substr(0, end)) / file;
        rest.remove_prefix(std::min(end + 1, rest.size()));
        std::error_code ignored;
        if (end == 0 || !fs::exists(other, ignored) || fs::equivalent(other, native.path, ignored))
          continue;
        told.push_back(
            fmt::format("LD_LIBRARY_PATH: {} comes before {}", other.string(), native.shown));
      }
    }
  }
  tell_all(out, "scan.variables", std::move(told), "the environment of this process");
}

}  // namespace km::scan
