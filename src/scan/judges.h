// What is wrong with an environment, one function a question: each adds scan.* facts, with the
// files that prove them as values or sources, and "not there" where it looked and found nothing.
// None of them loads, starts or changes anything.
#pragma once

#include "casefile/casefile.h"
#include "scan/inventory.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace km::scan {

struct Surroundings {
  Platform platform;  // where the environment is to run
  bool foreign =
      false;  // that is not this machine: its libraries, limits and variables say nothing
  std::filesystem::path working_folder;
  std::function<std::optional<std::string>(const std::string& name)> variable;
  std::function<bool(const std::filesystem::path&)> quarantined;  // none: nobody can tell
  std::vector<std::filesystem::path> kernel_paths;  // where kernelspecs are looked for
  std::string kernel;  // the kernelspec that was asked for; may be empty
};

// The command of a kernelspec, without us before it where we wrapped it.
std::vector<std::string> inner_command(const std::vector<std::string>& argv);

// Adds `values`, or "not there" where there are none.
void tell_all(casefile::CaseFile& out, std::string_view name, std::vector<std::string> values,
              std::string_view source);

void judge_files(const Inventory& inventory, casefile::CaseFile& out);
void judge_architecture(const Inventory& inventory, const Surroundings& around,
                        casefile::CaseFile& out);
// Needs cpu.features in `out`.
void judge_processor(const Inventory& inventory, casefile::CaseFile& out);
void judge_libraries(const Inventory& inventory, const Surroundings& around,
                     casefile::CaseFile& out);
void judge_duplicates(const Inventory& inventory, casefile::CaseFile& out);
void judge_python_abi(const Inventory& inventory, casefile::CaseFile& out);
void judge_numpy(const Inventory& inventory, casefile::CaseFile& out);
void judge_requirements(const Inventory& inventory, const Surroundings& around,
                        casefile::CaseFile& out);
// Whose Python it is, libraries that are nowhere, signatures, quarantine, the oldest macOS that
// files serve, whether tensorflow-metal can be loaded.
void judge_apple(const Inventory& inventory, const Surroundings& around, casefile::CaseFile& out);
// The driver, and what TensorFlow opens while it runs.
void judge_gpu(const Inventory& inventory, const Surroundings& around, casefile::CaseFile& out);
void judge_kernel(const Inventory& inventory, const Surroundings& around, casefile::CaseFile& out);
void judge_folder(const Inventory& inventory, const Surroundings& around, casefile::CaseFile& out);
void judge_machine(const Surroundings& around, casefile::CaseFile& out);
void judge_variables(const Inventory& inventory, const Surroundings& around,
                     casefile::CaseFile& out);

}  // namespace km::scan
