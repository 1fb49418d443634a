// A patient whose interpreter is a shell script of the test's own.
#pragma once

#include "probe/probe.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace km::probe {

class TestPatient {
 public:
  // `script`: what the interpreter does; "$text" holds the Python text that it was given.
  explicit TestPatient(const std::string& script) {
    auto pattern = (std::filesystem::temp_directory_path() / "km-patient-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = pattern;
    const auto python = folder_ / "python";
    std::ofstream(python)
        << "#!/bin/sh\nulimit -c 0\nfor word; do case $word in *tell*) text=$word;; "
           "esac; done\n"
        << script << "\n";
    std::filesystem::permissions(python, std::filesystem::perms::owner_all);
    patient.python = python;
    patient.folder = folder_;
  }
  TestPatient(const TestPatient&) = delete;
  TestPatient& operator=(const TestPatient&) = delete;
  ~TestPatient() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  Patient patient;

 private:
  std::filesystem::path folder_;
};

}  // namespace km::probe
