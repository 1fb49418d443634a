// A report as the user asked for it: in which form, and where to.
#pragma once

#include "cli/command.h"
#include "diagnosis/diagnose.h"
#include "report/report.h"

#include <string>

namespace km::cli {

struct ReportOutput {
  std::string format;  // "text", "json" or "html"; empty: the ending of `path` tells, else text
  std::string path;    // empty: standard output
  bool verbose = false;
  bool share = false;  // made to be sent: without cell code, environment values and names
  bool quiet = false;  // no word about the file that was written
};

void add_report_output(CLI::App& command, ReportOutput& output);  // --format and --output

// The exit code: kOk, or a refusal that ends with `next`, a command to type.
int write_report(const diagnosis::Diagnosis& diagnosis, const ReportOutput& output,
                 const std::string& next);

}  // namespace km::cli
