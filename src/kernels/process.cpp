#include "kernels/process.h"

#include "kernels/environment.h"
#include "kernels/preparation.h"
#include "os/handle.h"
#include "os/host.h"
#include "scan/slices.h"

#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace km::kernels {

Result<Process> start(ProcessPlan plan) {
  os::Fd nothing;
  if (plan.reads_nothing) {
    nothing.reset(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!nothing) return fail_errno("cannot open /dev/null");
  }
  auto environment =
      kernel_environment(own_environment(), plan.env, plan.language, plan.ipykernel, ::getpid());
  supervisor::LifetimePlan lifetime;
  lifetime.name = std::move(plan.name);
  lifetime.child.argv = plan.wrap;
  for (auto& word : plan.argv) lifetime.child.argv.push_back(std::move(word));
  if (plan.ipykernel) {
    // Without it, what a dying process prints is lost in a pipe of its own.
    lifetime.child.argv.emplace_back("--IPKernelApp.capture_fd_output=False");
    // As nbclient does it.
    if (!plan.keeps_history)
      lifetime.child.argv.emplace_back("--HistoryManager.hist_file=:memory:");
  }
  // A child of a translated program is translated, too: a terminal under Rosetta, our own x86-64
  // build. Behind a wrapper it is the wrapper's choice.
  if (os::is_apple_silicon() && plan.wrap.empty() && !plan.python.empty())
    lifetime.child.architecture = scan::native_start(scan::slices_of(plan.python));
  lifetime.child.environment = std::move(environment.variables);
  lifetime.child.folder = plan.folder;
  lifetime.child.stdin_fd = nothing.get();
  lifetime.child.new_session = plan.own_session;
  lifetime.child.end_with_parent = true;
  lifetime.memory_limit_bytes = plan.memory_limit_bytes;
  lifetime.crash_report_limit = plan.crash_report_limit;
  lifetime.home = std::move(plan.home);
  lifetime.python = std::move(plan.python);
  lifetime.wrap = std::move(plan.wrap);
  lifetime.journal = std::move(plan.journal);
  lifetime.notebook = std::move(plan.notebook);
  Process process;
  KM_ASSIGN(process.lifetime, supervisor::Lifetime::start(std::move(lifetime)));
  if (plan.ipykernel) process.preparation = ipykernel_preparation(environment.faulthandler_added);
  return process;
}

}  // namespace km::kernels
