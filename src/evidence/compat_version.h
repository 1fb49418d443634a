// Version numbers and what a package asks of them, as Python packages write both (PEP 440).
#pragma once

#include <string_view>
#include <vector>

namespace km::evidence {

// "2.15.0.post1" → 2, 15, 0: the release alone. Empty: no version.
using Version = std::vector<int>;
Version parse_version(std::string_view text);

// Below, at or above zero; what is missing at the end counts as 0 ("2.0" is "2.0.0").
int compare(const Version& left, const Version& right);
bool same_minor(const Version& left, const Version& right);

// "<2.0.0,>=1.23.5", "~=2.6", "==0.5.*", "!=4.21.0", "*". Parts that are not understood hold.
bool fits(const Version& version, std::string_view requirement);

}  // namespace km::evidence
