// Wordings of ends as shells, IDEs, supervisors, debuggers and batch systems print them.
#include "readers/readers.h"
#include "readers/whole_excerpt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace km::readers {
namespace {

casefile::CaseFile read(std::string_view text) {
  casefile::CaseFile out;
  read_exit_words(whole_excerpt(text, "end.log"), out);
  return out;
}

std::string values(const casefile::CaseFile& out, std::string_view name) {
  std::string all;
  for (const casefile::Fact* fact : out.find(name)) {
    if (!all.empty()) all += " ";
    all += to_text(fact->value);
  }
  return all;
}

struct Case {
  std::string_view text;
  std::string_view expected;  // "" is nothing at all
};

class Signals : public testing::TestWithParam<Case> {};
TEST_P(Signals, AreRead) {
  EXPECT_EQ(values(read(GetParam().text), "exit.signal"), GetParam().expected) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Shells, Signals,
    testing::Values(
        Case{"Segmentation fault (core dumped)", "SIGSEGV"},
        Case{"Segmentation fault: 11", "SIGSEGV"},
        Case{"[1]    10389 segmentation fault  python", "SIGSEGV"},
        Case{"[1]    11267 segmentation fault (core dumped)  X=1 python main.py", "SIGSEGV"},
        Case{"[1]+  Killed                  python3 train.py", "SIGKILL"},
        Case{"[2]  - 77 abort      python3 main.py", "SIGABRT"},
        Case{"zsh: illegal hardware instruction  python3", "SIGILL"},
        Case{"accuracy: 0.3065zsh: segmentation fault  python train.py", "SIGSEGV"},
        Case{"  216726 segmentation fault  python", "SIGSEGV"},
        Case{" *** Break *** segmentation violation", "SIGSEGV"},
        Case{"EXC_BAD_ACCESS (SIGSEGV) in a worker", "SIGSEGV"},
        Case{"[a.cc:46 E] x: *** SIGABRT received at time=17 ***", "SIGABRT"},
        Case{"zsh: killed     python", "SIGKILL"}, Case{"zsh: trace trap  python3", "SIGTRAP"},
        Case{"# in the IDE <zsh: killed python -u>", "SIGKILL"},
        Case{"3137 illegal hardware instruction (core dumped) python", "SIGILL"},
        Case{"Illegal instruction: 4", "SIGILL"}, Case{"Abort trap: 6", "SIGABRT"},
        Case{"Aborted (core dumped)", "SIGABRT"}, Case{"Aborted", "SIGABRT"},
        Case{"Bus error: 10", "SIGBUS"}, Case{"$ Bus error (core dumped)", "SIGBUS"},
        Case{">  Killed: 9", "SIGKILL"}, Case{"Killed", "SIGKILL"},
        Case{"Trace/BPT trap: 5", "SIGTRAP"},
        Case{"Floating point exception (core dumped)", "SIGFPE"},
        Case{"a.sh: line 28:  8156 Killed                  python3 main.py", "SIGKILL"},
        Case{"sh: line 3:   849 Segmentation fault: 11  python \"$@\"", "SIGSEGV"},
        Case{"make: *** [Makefile:4: run] Error 139", "SIGSEGV"},
        Case{"make: *** [run] Illegal instruction (core dumped)", "SIGILL"},
        Case{"CPU time limit exceeded (core dumped)", "SIGXCPU"}, Case{"Bad system call", "SIGSYS"},
        Case{"fish: 'python' terminated by signal SIGABRT (Abort)", "SIGABRT"},
        Case{"fish: Job 1, 'python' terminated by signal SIGSEGV (Address boundary error)",
             "SIGSEGV"}));

INSTANTIATE_TEST_SUITE_P(
    Codes, Signals,
    testing::Values(
        Case{"exit code 139", "SIGSEGV"}, Case{"exit code -11", "SIGSEGV"},
        Case{"exit code: -9", "SIGKILL"},
        Case{"Process finished with exit code 139 (interrupted by signal 11: SIGSEGV)", "SIGSEGV"},
        Case{"Process finished with exit code 138 (interrupted by signal 10: SIGBUS)", "SIGBUS"},
        Case{"/Users/me/a.py\nProcess finished with exit code 138", "SIGBUS"},
        Case{"Command '['python']' returned non-zero exit status -6.", "SIGABRT"},
        Case{"Command '['x']' died with <Signals.SIGSEGV: 11>.", "SIGSEGV"},
        Case{"Kernel died with exit code 134", "SIGABRT"},
        Case{"command terminated with exit code 137", "SIGKILL"},
        Case{"abc   python \"x.py\"  2 hours ago   Exited (137) 5 minutes ago   lab", "SIGKILL"},
        Case{"      Exit Code:    137", "SIGKILL"}, Case{"\"ExitCode\": 139,", "SIGSEGV"},
        Case{"failed (exitcode: -11) local_rank: 0", "SIGSEGV"},
        Case{"  exitcode  : -9 (pid: 71)", "SIGKILL"},
        Case{"<Process name='P-1' pid=7 stopped exitcode=-SIGKILL>", "SIGKILL"},
        Case{"Main process exited, code=dumped, status=11/SEGV", "SIGSEGV"},
        Case{"Main process exited, code=killed, status=9/KILL", "SIGKILL"},
        Case{"exited with code 139", "SIGSEGV"},
        Case{"process exited with return code: -4", "SIGILL"}));

INSTANTIATE_TEST_SUITE_P(
    Supervisors, Signals,
    testing::Values(
        Case{"Fatal Python error: Segmentation fault", "SIGSEGV"},
        Case{"Fatal Python error: Bus error", "SIGBUS"},
        Case{"Fatal Python error: Aborted", "SIGABRT"},
        Case{"Fatal Python error: Illegal instruction", "SIGILL"},
        Case{"*** Received signal 11 ***", "SIGSEGV"},
        Case{"[C 10:00 ServerApp] received signal 15, stopping", "SIGTERM"},
        Case{"signal (11): Segmentation fault", "SIGSEGV"},
        Case{"[812] signal (6.-6): Aborted", "SIGABRT"},
        Case{"signal (11): Segmentation fault: 11", "SIGSEGV"}, Case{"signal: killed", "SIGKILL"},
        Case{"SIGSEGV: segmentation violation", "SIGSEGV"},
        Case{"*** SIGABRT received at time=17 on cpu 3 ***", "SIGABRT"},
        Case{"*** SIGSEGV (@0x8) received by PID 7 (TID 0x7f) from PID 8; stack trace: ***",
             "SIGSEGV"},
        Case{"[node1:00123] *** Process received signal ***\n[node1:00123] Signal: Segmentation "
             "fault (11)",
             "SIGSEGV"},
        Case{"Program received signal SIGILL, Illegal instruction.", "SIGILL"},
        Case{"Program terminated with signal SIGBUS, Bus error.", "SIGBUS"},
        Case{"        Signal: 11 (SEGV)", "SIGSEGV"}, Case{" *** caught segfault ***", "SIGSEGV"},
        Case{"The exit codes of the workers are {SIGKILL(-9), SIGSEGV(-11)}", "SIGKILL SIGSEGV"},
        Case{"RuntimeError: DataLoader worker (pid 125) is killed by signal: Bus error. ",
             "SIGBUS"},
        Case{"Worker was killed by signal 9", "SIGKILL"},
        Case{"Worker (pid:7) was sent SIGKILL! Perhaps out of memory?", "SIGKILL"},
        Case{"Worker exited prematurely: signal 9 (SIGKILL) Job: 0.", "SIGKILL"},
        Case{"Signal 9 (SIGKILL) received by PID 71", "SIGKILL"},
        Case{"#  SIGSEGV (0xb) at pc=0x7f, pid=7, tid=8", "SIGSEGV"},
        Case{"srun: error: c1: task 0: Killed", "SIGKILL"},
        Case{"Worker died, killed by signal 9 :( trying again", "SIGKILL"},
        Case{"Caught signal 11 (Segmentation fault: address not mapped to object at address 0x8)",
             "SIGSEGV"},
        Case{"Worker (pid:11) was sent code 132!", "SIGILL"},
        Case{"Service exited with code 256 (by signal 11)", "SIGSEGV"},
        Case{"audit[71]: ANOM_ABEND auid=1 uid=0 pid=71 comm=\"python3\" sig=4 res=1", "SIGILL"},
        Case{"Kernel died, exited with signal SIGKILL", "SIGKILL"}));

INSTANTIATE_TEST_SUITE_P(
    OfNoEnd, Signals,
    testing::Values(Case{"exit code 0", ""}, Case{"Process finished with exit code 0", ""},
                    Case{"epoch 139/200 loss 0.137", ""}, Case{"step 139: exit", ""},
                    Case{"child gave exit code 139, retrying", ""},
                    Case{"killed by unknown signal", ""}, Case{"User aborted the upload", ""},
                    Case{"Aborted!", ""}, Case{"3 jobs killed so far", ""},
                    Case{"Could this be a segmentation fault or something else?", ""},
                    Case{"received signal 17", ""},
                    Case{"This could be caused by a segmentation fault while calling the function",
                         ""},
                    Case{"exit code 256", ""}, Case{"exit code -99999999999", ""},
                    Case{"send signal SIGKILL to the child", ""}, Case{"", ""},
                    Case{"The terminated contract", ""}, Case{"signal processing (11): done", ""}));

class Statuses : public testing::TestWithParam<Case> {};
TEST_P(Statuses, OfWindowsAreRead) {
  EXPECT_EQ(values(read(GetParam().text), "exit.windows_status"), GetParam().expected)
      << GetParam().text;
}
INSTANTIATE_TEST_SUITE_P(
    Windows, Statuses,
    testing::Values(Case{"Process finished with exit code -1073741819 (0xC0000005)", "0xC0000005"},
                    Case{"exit code -1073740791", "0xC0000409"},
                    Case{"exit code 3221225477", "0xC0000005"},
                    Case{"The kernel died. Error: x, exit code 3221225477", "0xC0000005"},
                    Case{"kernel process exited, Exit - 3221225781", "0xC0000135"},
                    Case{"exit code: 0xc000001d, STATUS", "0xC000001D"},
                    Case{"returned non-zero exit status 3221225725.", "0xC00000FD"},
                    Case{"exit code 1073807364", "0x40010004"},
                    Case{"Windows fatal exception: access violation", "0xC0000005"},
                    Case{"exit code -1073741510", "0xC000013A"},
                    Case{"Windows fatal exception: stack overflow", "0xC00000FD"},
                    Case{"Windows fatal exception: code 0xc0000374", "0xC0000374"},
                    Case{"Windows fatal exception: code 0x8001010d", ""},
                    Case{"  Exception Code:\tc0000005", "0xC0000005"},
                    Case{"Exception code: 0xc0000142", "0xC0000142"},
                    Case{"#  EXCEPTION_ACCESS_VIOLATION (0xc0000005) at pc=0x1, pid=1",
                         "0xC0000005"},
                    Case{"Unhandled exception at 0x00007FFC (polars.pyd) in python.exe: "
                         "0xC000001D: Illegal Instruction.",
                         "0xC000001D"},
                    Case{"Process finished with exit code 1", ""}, Case{"exit code -1", ""}));

TEST(ExitCodes, OfPlainErrorsCountOnlyFromWhoWatched) {
  EXPECT_EQ(values(read("Process finished with exit code 1"), "exit.code"), "1");
  EXPECT_EQ(values(read("Process finished with exit code -1"), "exit.code"), "-1");
  EXPECT_EQ(values(read("[W JupyterHub] User server stopped, with exit code: 1"), "exit.code"),
            "1");
  EXPECT_EQ(
      values(read("Disposing session as kernel process died ExitCode: 3, Reason: x"), "exit.code"),
      "3");
  EXPECT_EQ(values(read("      Exit Code:    2"), "exit.code"), "2");
  EXPECT_EQ(values(read("  x Getting requirements did not run successfully.\n  | exit code: 1"),
                   "exit.code"),
            "");
  EXPECT_EQ(values(read("lab-1 exited with code 3"), "exit.code"), "3");
  EXPECT_EQ(values(read("DEBUG Command exited with code: 1"), "exit.code"), "");
  EXPECT_EQ(values(read("Command 'git' returned non-zero exit status 128."), "exit.code"), "");
}

TEST(ExitWords, NameTheEmulatorAndTheModule) {
  const auto emulated = read("qemu: uncaught target signal 4 (Illegal instruction) - core dumped");
  EXPECT_EQ(emulated.text("host.translation"), "qemu-user");
  EXPECT_EQ(emulated.text("exit.signal"), "SIGILL");
  const auto windows = read(
      "Faulting application name: python.exe, version: 3.10\n"
      "Faulting module name: libomp.dll, version: 5.0\nException code: 0xc0000005");
  EXPECT_EQ(windows.text("crash.image"), "libomp.dll");
  EXPECT_EQ(windows.text("crash.process"), "python.exe");
}

TEST(ExitWords, KeepEveryEndOnceInOrderWithItsLine) {
  const auto out = read("start\nKilled\nSegmentation fault (core dumped)\nKilled");
  EXPECT_EQ(values(out, "exit.signal"), "SIGKILL SIGSEGV");
  EXPECT_EQ(out.find("exit.signal")[0]->source, "end.log:2");
  EXPECT_EQ(out.flag("exit.core_dumped"), true);
  EXPECT_EQ(values(out, "evidence.kind"), "exit status");
  EXPECT_TRUE(read("nothing of the kind").facts.empty());
}

class Reasons : public testing::TestWithParam<Case> {};
TEST_P(Reasons, AreRead) {
  EXPECT_EQ(values(read(GetParam().text), "scheduler.reason"), GetParam().expected)
      << GetParam().text;
}
INSTANTIATE_TEST_SUITE_P(
    Of, Reasons,
    testing::Values(
        Case{"    Last State:     Terminated\n      Reason:       OOMKilled", "OOMKilled"},
        Case{"lab-0   0/1   OOMKilled   3   5m", "OOMKilled"},
        Case{"\"OOMKilled\": true,", "OOMKilled"}, Case{"\"OOMKilled\": false,", ""},
        Case{"Reason:  Evicted", "Evicted"},
        Case{"Message: The node was low on resource: memory. Threshold",
             "Evicted low on resource: memory"},
        Case{"Reason: DeadlineExceeded", "TIMEOUT"},
        Case{"slurmstepd: error: Detected 1 oom-kill event(s) in StepId=191.batch cgroup.",
             "OUT_OF_MEMORY"},
        Case{"slurmstepd: error: Detected 2 oom_kill events in StepId=5.0.", "OUT_OF_MEMORY"},
        Case{"slurmstepd: error: *** JOB 12 ON c1 CANCELLED AT 2024-01-01T00:00:00 DUE TO TIME "
             "LIMIT ***",
             "TIMEOUT"},
        Case{"slurmstepd: error: *** JOB 12 ON c1 CANCELLED AT 2024-01-01T00:00:00 DUE TO "
             "PREEMPTION ***",
             "PREEMPTED"},
        Case{"slurmstepd: error: *** STEP 12.0 ON c1 CANCELLED AT 2024-01-01T00:00:00 ***",
             "CANCELLED"},
        Case{"12.batch   batch  me  1  OUT_OF_ME+  0:125", "OUT_OF_MEMORY"},
        Case{"12   run  me  1  TIMEOUT  0:0", "TIMEOUT"},
        Case{"State: OUT_OF_MEMORY (exit code 0)", "OUT_OF_MEMORY"},
        Case{"srun: error: c1: task 0: Out Of Memory", "OUT_OF_MEMORY"},
        Case{"=>> PBS: job killed: walltime 3633 exceeded limit 3600", "TIMEOUT"},
        Case{"TERM_MEMLIMIT: job killed after reaching LSF memory usage limit.", "OUT_OF_MEMORY"},
        Case{"TERM_RUNLIMIT: job killed", "TIMEOUT"},
        Case{"job 7 exceeds job hard limit \"h_vmem\"", "OUT_OF_MEMORY"},
        Case{"[I JupyterHub] Culling server me (inactive for 01:00:00)", "culled"},
        Case{"[W] Culling 'idle' kernel 'python3' (ab) with 0 connections due to 3600 seconds of "
             "inactivity.",
             "culled"},
        Case{"Shutting down kernel due to inactivity", "culled"},
        Case{"Your session crashed after using all available RAM.", "OUT_OF_MEMORY"},
        Case{"the request gave TIMEOUT", ""}, Case{"booking CANCELLED by the guest", ""}));

TEST(Reasons, BringTheLimit) {
  const auto pbs = read("=>> PBS: job killed: mem 2200000kb exceeded limit 2097152kb");
  EXPECT_EQ(pbs.number("memory.limit_bytes"), 2147483648);
  EXPECT_EQ(pbs.text("scheduler.reason"), "OUT_OF_MEMORY");
  const auto pod = read(
      "    Limits:\n      cpu:     2\n      memory:  1536Mi\n    Requests:\n      memory:  1Gi\n");
  EXPECT_EQ(pod.number("memory.limit_bytes"), 1610612736);
  EXPECT_EQ(pod.find("memory.limit_bytes").size(), 1U);
  const auto slurm =
      read("slurmstepd: error: Job 7 exceeded memory limit (2097500 > 2097152), being killed");
  EXPECT_EQ(slurm.number("memory.limit_bytes"), 2147483648);
  const auto yarn = read(
      "Container killed by YARN for exceeding memory limits.  5.5 GB of 5.5 GB physical memory "
      "used");
  EXPECT_EQ(yarn.number("memory.limit_bytes"), 5905580032);
}

TEST(ExitWords, SurviveHostileLines) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  const std::string many(2000, '(');
  for (const std::string& text :
       {all, many, "exit code " + many, std::string("signal (99999999999999999999): x"),
        std::string("exit codes of the workers are {EXIT(99999999999999999999)}")}) {
    EXPECT_TRUE(read(text).find("exit.signal").empty()) << text;
  }
}

}  // namespace
}  // namespace km::readers
