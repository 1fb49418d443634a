// The order of preference, and the sentences for where it ends.
#include "runner/kernel_choice.h"

#include <fmt/core.h>
#include <utility>

namespace km::runner {
namespace {

using jupyter::KernelSpec;

std::string typed(const RunPlan& plan, std::string_view options) {
  return fmt::format("kernelmedic run {} {}", plan.notebook.string(), options);
}

bool is_python(const std::string& language) { return language.empty() || language == "python"; }

// The first spec of that language, by name.
std::string name_for_language(const std::string& language,
                              const std::vector<std::filesystem::path>& paths) {
  for (const auto& [name, folder] : jupyter::list_kernelspecs(paths)) {
    const auto spec = jupyter::find_kernelspec(name, paths);
    if (spec && spec->language == language) return name;
  }
  return {};
}

}  // namespace

tl::expected<KernelSpec, Refusal> choose_kernel(const RunPlan& plan,
                                                const jupyter::Notebook& notebook,
                                                const std::vector<std::filesystem::path>& paths) {
  if (!plan.python.empty()) return jupyter::for_python(plan.python);
  const std::string language = notebook.language();
  std::string name = plan.kernel.empty() ? notebook.kernel_name() : plan.kernel;
  if (name.empty() && !is_python(language)) {
    name = name_for_language(language, paths);
    if (name.empty()) {
      return tl::make_unexpected(
          Refusal{{fmt::format("the notebook is written in {}, and no kernel for it is installed",
                               language),
                   {}},
                  "install one, or name one: " + typed(plan, "--kernel NAME")});
    }
  }
  if (name.empty()) name = "python3";
  auto found = jupyter::find_kernelspec(name, paths);
  if (found) return std::move(*found);
  // Python needs no kernelspec: an interpreter that has ipykernel will do.
  const std::string next =
      is_python(language)
          ? "give the Python to run it with: " + typed(plan, "--python /path/to/python3") +
                "  (one that has ipykernel: /path/to/python3 -m pip install ipykernel)"
          : "choose an installed one: " + typed(plan, "--kernel NAME");
  return tl::make_unexpected(Refusal{std::move(found).error(), next});
}

}  // namespace km::runner
