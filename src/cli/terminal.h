// What the terminal at our output wants: colour or not, and how wide.
#pragma once

#include "report/report.h"

#include <cstdlib>
#include <string_view>
#include <unistd.h>

#include <sys/ioctl.h>

namespace km::cli {

// Colour only on a terminal that has it and where NO_COLOR (no-color.org) is not set.
inline report::Options options_for_terminal(int fd) {
  report::Options options;
  if (isatty(fd) != 1) return options;
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string_view(value == nullptr ? "" : value);
  };
  options.colour = variable("NO_COLOR").empty() && variable("TERM") != "dumb";
  winsize size{};
  if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) options.width = size.ws_col;
  return options;
}

}  // namespace km::cli
