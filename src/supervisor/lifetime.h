// One supervised process, kernel or program, from its start to the verdict: owns the child, its
// pipes, the watcher, the flight recorder and the case folder. The caller owns the loop: it polls
// the descriptors and calls back.
#pragma once

#include "casefile/casefile.h"
#include "diagnosis/diagnose.h"
#include "os/child.h"
#include "result.h"
#include "supervisor/postmortem.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace km::supervisor {

struct LifetimePlan {
  std::string subject = "kernel";  // or "program"
  std::string name;                // notebook path or command line, for the list of cases
  os::ChildPlan child;    // stdout_fd / stderr_fd of -1 are captured unless `captured` is false
  bool captured = true;   // fd 1 and 2 of the child are pipes that end here
  bool one_pipe = false;  // both are the same pipe, read as fd 1: their order is kept
  std::optional<std::int64_t> memory_limit_bytes;
  std::filesystem::path home;  // $KERNELMEDIC_HOME
  std::string python;          // the interpreter, for environment facts; empty: none
  std::vector<std::string>
      wrap;  // the launcher at the beginning of child.argv (--wrap); for CPU facts
  bool outlives_us =
      false;  // `exec`: when we are killed the program lives on and its output still arrives
  int passthrough_stdout =
      -1;  // with `outlives_us`: where the program's output goes on to; not owned
  int passthrough_stderr = -1;
  // How long a verdict waits for the system's own report on a crash (macOS). Whoever must answer
  // others meanwhile waits less; facts: reports came 0 to 11 s after the death.
  std::chrono::seconds crash_report_limit{30};
  // Files that a later `kernelmedic report` completes if we are killed: the journal of a run and
  // its notebook.
  std::filesystem::path journal;
  std::filesystem::path notebook;
};

// Why the process ended, as far as its supervisor knows; it decides whether an end is a death.
enum class Request { none, shutdown, interrupt, time_limit, terminated };

class Lifetime {
 public:
  // An error only where nothing could be spawned.
  static Result<std::unique_ptr<Lifetime>> start(LifetimePlan plan);
  ~Lifetime();  // kills what still lives, reaps it, removes the case folder if nothing died

  pid_t pid() const;
  const std::string& case_id() const;
  int death_fd() const;  // readable when the process has ended
  // Open ends of the child's fd 1 and 2, in this order; -1 once closed (or not captured).
  int stdout_fd() const;
  int stderr_fd() const;
  // What waits on that descriptor, without blocking; recorded as last words. Empty and closed at
  // the end of file.
  std::string take(int fd);
  // Nobody reads what comes there any more: the process gets SIGPIPE when it writes on.
  void close_output(int fd);
  // The same for output that went another way (a terminal of our own).
  void words(std::string_view text);

  void cell_begins(const casefile::Cell& cell, std::string_view label);
  void cell_ends();
  std::int64_t memory_bytes() const;               // of the tree, at the last sample
  const std::vector<casefile::Gap>& gaps() const;  // known from the start: no cgroup, no GPU

  void interrupt();         // SIGINT to the process, with its children where it leads a session
  void signal(int number);  // passed on as it came
  // We are about to end it on purpose; what follows is no death of its own.
  void requested(Request why, std::string_view detail = {});
  // SIGTERM, after `grace` SIGKILL. Returns when it has ended.
  void end(std::chrono::milliseconds grace);

  struct End {
    os::ExitStatus status;
    std::optional<diagnosis::Diagnosis>
        diagnosis;                 // where it died; nothing for an end that was asked for
    Card card;                     // with the diagnosis
    std::filesystem::path folder;  // of the case; empty where none was kept
    std::string rest_stdout;       // what still came after the last take(), at most 1 MiB each
    std::string rest_stderr;
  };
  // After death_fd() is readable: drains the pipes, collects evidence, judges, writes the case,
  // reaps. `phase`: "start" (never answered), "cell", "idle" or "program". Extra facts come from
  // the caller.
  End finish(std::string_view phase, std::vector<casefile::Fact> extra = {});

 private:
  struct State;
  explicit Lifetime(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace km::supervisor
