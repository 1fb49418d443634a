// A look at the kernel's environment beside its start: what is sure to kill it is said before it
// does. It is made by a process of its own, so that it neither delays nor harms the run.
#pragma once

#include "os/child.h"
#include "os/handle.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace km::kernels {

struct ForewarningPlan {
  std::filesystem::path program;  // kernelmedic itself
  std::string python;             // the interpreter that the kernel runs in
  std::string wrap;               // as --wrap has it
  std::filesystem::path folder;   // the kernel's working folder
};

class Forewarning {
 public:
  // What cannot be looked at is not warned of: null where no process could be started.
  static std::unique_ptr<Forewarning> begin(const ForewarningPlan& plan);
  Forewarning(const Forewarning&) = delete;
  Forewarning& operator=(const Forewarning&) = delete;
  ~Forewarning();  // ends a look that nobody waits for any more

  // Once, when the look has ended: a sentence for each thing that is sure to end a kernel. Never
  // waits.
  std::vector<std::string> take();
  bool over() const { return !child_; }

 private:
  Forewarning(os::Child child, os::Fd output)
      : child_(std::move(child)), output_(std::move(output)) {}
  std::optional<os::Child> child_;  // nothing once it was waited for
  os::Fd output_;
  std::string text_;
};

// The sentences of a report of `check`: deadly findings of causes that end a process in its stride.
// What only fails an import is told by the import itself. None where it is no report.
std::vector<std::string> sure_killers(std::string_view report);

}  // namespace km::kernels
