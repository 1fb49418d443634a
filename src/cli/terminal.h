// Standard output: what the terminal there wants, and a text that goes there whole.
#pragma once

#include "report/report.h"

#include <cstdio>
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

// False: not all of it was taken (a full disk, a reader that has gone).
inline bool print_all(std::string_view text) {
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() &&
         std::fflush(stdout) == 0;
}

}  // namespace km::cli
