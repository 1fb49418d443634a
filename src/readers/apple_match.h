// Which of many reports in a folder is the one on a death that we saw.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace km::readers::apple {

struct Seen {
  pid_t pid = -1;
  std::string program;              // path as it was started; empty: not known
  std::int64_t started_unix_s = 0;  // launch
  std::int64_t ended_unix_s = 0;
};

enum class Match { none, crash, jetsam };

// By pid, then by launch time, or where the report has none by the end. The path alone proves
// nothing: python3.11 of a framework starts itself anew as .../Python.app/Contents/MacOS/Python, so
// only the letters before a version are compared. Takes the forms that read_apple_report() takes; a
// torn text matches nothing.
Match match_of(std::string_view text, const Seen& seen);

// "2026-11-22 12:39:56.1234 +0100" → seconds since 1970; nothing for another shape.
std::optional<std::int64_t> unix_seconds(std::string_view time);

}  // namespace km::readers::apple
