// Keeps passwords and keys of a command line out of case files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace km::evidence {

// The same words; what looks like a secret is "***": values of options named after one (--token=x,
// --password x), NAME=value settings, user and password of an address, long random words.
std::vector<std::string> without_secrets(const std::vector<std::string>& argv);

// A line of a log; values after "token=", "password: " and the like, and passwords of addresses are
// "***".
std::string line_without_secrets(std::string_view line);

}  // namespace km::evidence
