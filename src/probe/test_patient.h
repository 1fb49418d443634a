// A patient whose interpreter is a shell script of the test's own.
#pragma once

#include "probe/probe.h"
#include "runner/temporary_folder.h"

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace km::probe {

class TestPatient {
 public:
  // `script`: what the interpreter does; "$text" holds the Python text that it was given.
  explicit TestPatient(const std::string& script) {
    if (folder_.path().empty()) throw std::runtime_error("no temporary folder");
    const auto python = folder_ / "python";
    std::ofstream(python)
        << "#!/bin/sh\nulimit -c 0\nfor word; do case $word in *tell*) text=$word;; "
           "esac; done\n"
        << script << "\n";
    std::filesystem::permissions(python, std::filesystem::perms::owner_all);
    patient.python = python;
    patient.folder = folder_.path();
  }
  Patient patient;

 private:
  runner::TemporaryFolder folder_{"km-patient"};
};

}  // namespace km::probe
