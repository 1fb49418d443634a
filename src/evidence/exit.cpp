// How the process ended, how long it lived and what it used; the command that was started, secrets
// left out.
#include "evidence/collectors.h"
#include "evidence/secrets.h"

#include <csignal>

namespace km::evidence {
namespace {

constexpr std::string_view kWait = "wait status";

void add_status(const os::ExitStatus& status, casefile::CaseFile& out) {
  if (status.signal != 0) {
    out.add("exit.signal", os::signal_name(status.signal), kWait);
    out.none("exit.code", kWait);
    if (!status.killer.empty()) out.add("exit.killer", status.killer, "kqueue, NOTE_EXIT_DETAIL");
    out.add("exit.core_dumped", status.core_dumped, kWait);
  } else {
    out.add("exit.code", std::int64_t{status.code}, kWait);
    out.none("exit.signal", kWait);
  }
  out.add("exit.max_rss_bytes", status.max_rss_bytes, "rusage");
  out.add("exit.cpu_seconds", status.user_seconds + status.system_seconds, "rusage");
}

}  // namespace

bool is_crash(const Scene& scene) {
  if (!scene.status) return false;
  switch (scene.status->signal) {
    case SIGSEGV:
    case SIGABRT:
    case SIGILL:
    case SIGBUS:
    case SIGFPE:
    case SIGTRAP:
    case SIGSYS:
      return true;
    default:
      return false;
  }
}

bool may_be_killed(const Scene& scene) { return !scene.status || scene.status->signal == SIGKILL; }

void collect_exit(const Scene& scene, casefile::CaseFile& out) {
  if (scene.status) {
    add_status(*scene.status, out);
  } else {
    out.gap("the wait status", "kernelmedic ended before the process did");
  }
  constexpr std::string_view kSupervisor = "the supervisor";
  if (!scene.phase.empty()) out.add("exit.phase", scene.phase, kSupervisor);
  if (scene.requested.empty()) {
    out.none("exit.requested", kSupervisor);
  } else {
    out.add("exit.requested", scene.requested, kSupervisor);
  }
  out.add("exit.supervisor_killed", scene.supervisor_killed, kSupervisor);
  if (scene.started_us > 0 && scene.ended_us >= scene.started_us) {
    out.add("exit.uptime_seconds", static_cast<double>(scene.ended_us - scene.started_us) / 1e6,
            "monotonic clock");
  }
  if (scene.stack_bytes)
    out.add("exit.stack_bytes", *scene.stack_bytes, "VmStk, while it wrote its last words");
  if (!scene.argv.empty()) out.add("kernel.argv", without_secrets(scene.argv), "execve");
}

}  // namespace km::evidence
