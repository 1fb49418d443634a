// Arguments in, exit status out; the only catch-all of the program.
#include "cli/command.h"

#include <cstdio>
#include <exception>
#include <string_view>

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "kernel") km::cli::hold_interrupts();
  try {
    return km::cli::main_of(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "kernelmedic: a bug of ours: %s\n", error.what());
    return km::cli::kUsage;
  }
}
