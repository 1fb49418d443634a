// Who made a Mac's Python: each kind goes to another folder, and breaks in another way.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace km::scan {

// "Apple's Command Line Tools", "Xcode", "python.org", "Homebrew for Apple silicon", "Homebrew for
// Intel", "MacPorts", "pyenv", "uv", "conda osx-arm64", "conda osx-64", "conda"; empty: not known.
// `interpreter`: where links end. `subdir`: of a conda environment, as its records tell it.
std::string python_origin(std::string_view interpreter, bool conda, std::string_view subdir);

// The platform that conda took an environment's Python for ("osx-64"), by conda-meta/python-*.json;
// empty where there is no such record.
std::string conda_subdir(const std::filesystem::path& prefix);

}  // namespace km::scan
