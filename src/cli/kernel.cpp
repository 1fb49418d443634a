// `kernelmedic kernel`: what a kernelspec starts in the kernel's place.
#include "cli/command.h"
#include "cli/kernel_defaults.h"
#include "cli/terminal.h"
#include "jupyter/kernelspec.h"
#include "os/file.h"
#include "os/self.h"
#include "proxy/proxy.h"
#include "report/report.h"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fmt/core.h>
#include <memory>
#include <string>
#include <unistd.h>
#include <vector>

namespace km::cli {
namespace {

struct KernelOptions {
  std::string file;
  std::string defaults;
  KernelDefaults chosen;  // on the command line
  std::vector<std::string> command;
};

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

Result<proxy::ProxyPlan> plan_of(const KernelOptions& options, const KernelDefaults& defaults) {
  constexpr std::int64_t kLargest = 1 << 20;
  proxy::ProxyPlan plan;
  auto& kernel = plan.kernel;
  kernel.given_file = options.file;
  auto text = os::read_file(options.file, kLargest);
  if (!text) return tl::make_unexpected(std::move(text).error().within("the connection file"));
  auto given = jupyter::parse_connection(*text);
  if (!given) {
    return tl::make_unexpected(
        std::move(given).error().within("the connection file " + options.file));
  }
  kernel.given = std::move(*given);
  jupyter::KernelSpec spec;
  spec.argv = options.command;
  spec.language = spec.is_ipykernel() ? "python" : "";
  auto& process = kernel.process;
  process.wrap = spec.launcher();
  process.argv.assign(options.command.begin() + static_cast<std::ptrdiff_t>(process.wrap.size()),
                      options.command.end());
  process.ipykernel = spec.is_ipykernel();
  process.language = spec.language;
  process.python = spec.python();
  // jupyter_server tells the notebook (JPY_SESSION_NAME); else the kernel's own name will do.
  process.name = variable("JPY_SESSION_NAME");
  if (process.name.empty()) process.name = kernel.given.connection.kernel_name;
  KM_ASSIGN(process.memory_limit_bytes, parse_memory_limit(defaults.memory_limit.value_or("")));
  process.home = home();
  // A front end waits for the card, and its heartbeat for us.
  process.crash_report_limit = std::chrono::seconds(12);
  // Sockets in a private folder need no free port; not every kernel knows them.
  kernel.by_ipc = process.ipykernel;
  plan.interrupts_itself = process.ipykernel;
  plan.on_death = defaults.on_death.value_or("respawn") == "exit" ? proxy::OnDeath::exit
                                                                  : proxy::OnDeath::respawn;
  plan.max_deaths = defaults.max_deaths.value_or(plan.max_deaths);
  // As ipykernel has it: who says nothing of a parent may be started and left.
  if (!variable("JPY_PARENT_PID").empty()) plan.parent = ::getppid();
  std::string launcher;
  for (const auto& word : process.wrap)
    launcher += (launcher.empty() ? "" : " ") + shell_quoted(word);
  plan.forewarning = {os::own_executable(), process.python, std::move(launcher), {}};
  plan.say = [](const std::string& line) { fmt::print(stderr, "kernelmedic: {}\n", line); };
  plan.died = [](const supervisor::Lifetime::End& end) {
    fmt::print(stderr, "\n{}",
               report::to_terminal(*end.diagnosis, options_for_terminal(STDERR_FILENO)));
  };
  return plan;
}

// What people send to a whole process group is the kernel's: it gets it itself, and it must not end
// us.
void leave_to_the_kernel() {
  for (const int number : {SIGUSR1, SIGUSR2, SIGQUIT, SIGALRM}) std::signal(number, SIG_IGN);
}

int run(const KernelOptions& options) {
  if (options.command.empty()) {
    return refuse({"no kernel is named", {}},
                  "kernelmedic kernel -f FILE -- python3 -m ipykernel_launcher -f "
                  "{private_connection_file}");
  }
  KernelDefaults defaults;
  if (!options.defaults.empty()) {
    // A kernel starts all the same: an image's file may be out of reach for one of its users.
    if (auto read = read_defaults(options.defaults))
      defaults = std::move(*read);
    else
      fmt::print(stderr, "kernelmedic: {}\n", read.error().what);
  }
  defaults.take(options.chosen);
  note_guard(defaults.guard.value_or("off"));
  auto plan = plan_of(options, defaults);
  if (!plan) return refuse(plan.error(), "kernelmedic kernel --help");
  leave_to_the_kernel();
  const auto signals = os::Signals::take_over();
  if (!signals) return refuse(signals.error());
  hear_interrupts_again();
  auto proxy = proxy::Proxy::start(std::move(*plan), *signals);
  if (!proxy)
    return refuse(proxy.error(), "is it installed? try: " + options.command.front() + " --version");
  return (*proxy)->run();
}

}  // namespace

void hold_interrupts() {
  sigset_t held;
  sigemptyset(&held);
  sigaddset(&held, SIGINT);
  ::sigprocmask(SIG_BLOCK, &held, nullptr);
}

void hear_interrupts_again() {
  sigset_t held;
  sigemptyset(&held);
  sigaddset(&held, SIGINT);
  ::sigprocmask(SIG_UNBLOCK, &held, nullptr);
}

void add_kernel(CLI::App& app, Outcome& outcome) {
  auto options = std::make_shared<KernelOptions>();
  auto* command = app.add_subcommand(
      "kernel", "Stand in a kernel's place: what a supervised kernelspec starts (see install)");
  command->add_option("-f", options->file, "Connection file of the front end")->required();
  command
      ->add_option(
          "--on-death", options->chosen.on_death,
          "After a death: respawn a fresh kernel (the default), or exit and leave it to the server")
      ->check(CLI::IsMember({"respawn", "exit"}));
  command
      ->add_option("--max-deaths", options->chosen.max_deaths,
                   "Deaths in a row, no cell completed between, before it gives up (default: 5); "
                   "0: no limit")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--memory-limit", options->chosen.memory_limit,
                      "Memory the kernel may use: 2G, 512M");
  command->add_option("--guard", options->chosen.guard, "Memory guard: on, warn or off")
      ->check(CLI::IsMember({"on", "warn", "off"}));
  command->add_option(
      "CMD", options->command,
      "After --: the kernel, with {private_connection_file} where its own file goes");
  command->footer(
      "Example (as a kernelspec's argv):\n"
      "  kernelmedic kernel -f {connection_file} -- python3 -m ipykernel_launcher -f "
      "{private_connection_file}\n"
      "Exit: the kernel's own status, 128+n for a signal; 2 nothing could be started");
  command->callback([options, &outcome] { outcome.code = run(*options); });
}

}  // namespace km::cli
