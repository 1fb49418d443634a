// The contract between what happened in a run and its exit code. Pure.
#pragma once

#include <string>

namespace km::runner {

struct Happened {
  int asked_to_end = 0;  // 130 or 143; 0: nobody asked
  bool died = false;
  bool raised = false;  // a cell that was not expected to
  bool timed_out = false;
};

struct Outcome {
  int exit_code = 0;
  std::string status;
};

// Who ended the run says more than what happened before; a death more than an exception.
Outcome outcome_of(const Happened& happened);

}  // namespace km::runner
