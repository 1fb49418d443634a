// Arguments in, exit status out; the only catch-all of the program.
#include "cli/command.h"

#include <cstdio>
#include <exception>

int main(int argc, char** argv) {
  try {
    return km::cli::main_of(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "kernelmedic: a bug of ours: %s\n", error.what());
    return km::cli::kUsage;
  }
}
