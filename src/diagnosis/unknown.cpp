// The honest answer: no rule matched. It tells what is known of the end, and how to know more the
// next time.
#include "diagnosis/apply.h"
#include "diagnosis/sentence.h"

#include <array>
#include <fmt/core.h>
#include <utility>

namespace km::diagnosis {
namespace {

using casefile::CaseFile;

std::string what_is_known(const CaseFile& casefile) {
  if (const auto signal = casefile.text("exit.signal")) {
    return fmt::format(
        "The process was ended by {}, and nothing that was collected tells what led to it.",
        *signal);
  }
  if (const auto code = casefile.number("exit.code")) {
    return fmt::format(
        "The process ended by itself with exit code {}, and nothing that was collected tells why.",
        *code);
  }
  return "How the process ended is not known, and nothing that was collected tells why.";
}

void add_once(std::vector<std::string>& actions, std::string action) {
  for (const auto& known : actions) {
    if (known == action) return;
  }
  actions.push_back(std::move(action));
}

// Of a death elsewhere: what would decide, and the command that collects it there.
std::vector<std::string> what_to_collect(const CaseFile& casefile) {
  std::vector<std::string> collect;
  const auto signal = casefile.text("exit.signal");
  if (!signal && casefile.find("exit.code").empty() && casefile.find("python.error_type").empty()) {
    collect.emplace_back(
        "Hand in what names the end of the process: the Jupyter server's log (VS Code: the output "
        "\"Jupyter\"), the last lines in the terminal, or the exit status of the same code run as "
        "a script: `python script.py; echo $?`.");
  }
  if (signal == "SIGKILL" || casefile.number("exit.code") == 137) {
    collect.emplace_back(
        "Ask who killed it. Linux, as root: `dmesg -T | grep -iE 'killed process|oom'`; "
        "Kubernetes: "
        "`kubectl describe pod POD`; Docker: `docker inspect CONTAINER`; Slurm: `sacct -j JOB`; "
        "macOS: the newest `JetsamEvent` in `/Library/Logs/DiagnosticReports`.");
  } else if (signal) {
    collect.emplace_back(
        "Hand in a stack. Linux: `coredumpctl info`, or `gdb -batch -ex run -ex bt --args python "
        "script.py`; macOS: the newest report in `~/Library/Logs/DiagnosticReports`; everywhere: "
        "`python -X faulthandler script.py`.");
  }
  if (casefile.find("host.os").empty() || casefile.find("python.packages").empty()) {
    collect.emplace_back(
        "Hand in the environment as well: `(uname -a; python -VV; python -m pip list) > "
        "environment.txt`, then `kernelmedic explain LOG environment.txt`.");
  }
  return collect;
}

}  // namespace

Finding unknown_finding(const CaseFile& casefile) {
  Finding finding;
  finding.cause = "unknown";
  finding.confidence = Confidence::possible;
  finding.title = "The evidence does not say why";
  finding.what = what_is_known(casefile);
  finding.why =
      "No rule of the knowledge base fits these facts; a guess would cost you more time than it "
      "saves.";
  finding.rule = "unknown";
  for (const auto* name : {"exit.signal", "exit.code", "exit.phase"}) {
    if (!casefile.find(name).empty()) finding.because.emplace_back(name);
  }
  constexpr std::size_t kMostGaps = 4;
  for (const auto& gap : casefile.gaps) {
    if (finding.actions.size() == kMostGaps) break;
    if (!gap.remedy.empty()) {
      add_once(finding.actions,
               fmt::format("To see {} (missing: {}): {}", gap.what, gap.why, gap.remedy));
    }
  }
  const bool live = casefile.subject == "kernel" || casefile.subject == "program";
  if (!live) {
    for (std::string& action : what_to_collect(casefile)) {
      add_once(finding.actions, std::move(action));
    }
    add_once(finding.actions,
             "Or let it happen under watch, so that signal, memory and last words are recorded: "
             "`kernelmedic run NOTEBOOK.ipynb` for a notebook, `kernelmedic exec -- python "
             "SCRIPT.py` for a program.");
  }
  if (casefile.text("exit.signal")) {
    add_once(finding.actions,
             "Let Python print its stack at the crash: set `PYTHONFAULTHANDLER=1` in the "
             "environment of the kernel and "
             "run the cell again.");
  }
  add_once(finding.actions,
           "Make the cell smaller until it no longer dies: the line that you took out last is the "
           "one to look at.");
  if (!casefile.id.empty()) {
    add_once(finding.actions, fmt::format("To ask others, send `kernelmedic report {} --share -o "
                                          "death.html`: it leaves cell code and names out.",
                                          casefile.id));
  }
  return finding;
}

}  // namespace km::diagnosis
