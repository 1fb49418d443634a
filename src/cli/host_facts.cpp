// `kernelmedic host-facts`: what this machine looks like from here; asked by ourselves behind an
// emulator.
#include "cli/command.h"
#include "evidence/host.h"
#include "os/host.h"

#include <fmt/core.h>

namespace km::cli {

void add_host_facts(CLI::App& app, Outcome& outcome) {
  auto* command = app.add_subcommand(
      "host-facts", "Prints the machine and processor that a process sees here, as JSON.");
  command->group("");  // not in the help: for ourselves
  command->callback([&outcome] {
    fmt::print("{}\n", evidence::host_facts_json(os::host_identity()));
    outcome.code = kOk;
  });
}

}  // namespace km::cli
