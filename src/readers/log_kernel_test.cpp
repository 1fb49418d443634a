// Kernel logs as dmesg, journalctl, syslog and `log show` print them, of old and new kernels.
#include "readers/readers.h"

#include <gtest/gtest.h>

namespace km::readers {
namespace {

casefile::CaseFile read(const std::vector<std::string>& lines) {
  intake::Excerpt excerpt;
  excerpt.name = "dmesg.txt";
  for (const std::string& line : lines) excerpt.lines.push_back({++excerpt.total_lines, line});
  casefile::CaseFile out;
  read_kernel_log(excerpt, out);
  return out;
}

TEST(KernelLogText, TellsAKillForACgroup) {
  const auto out = read(
      {"[  331.500000] python3 invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, "
       "oom_score_adj=986",
       "[  331.510000] memory: usage 2097152kB, limit 2097152kB, failcnt 1234",
       "[  331.510001] memory+swap: usage 2097152kB, limit 9007199254740988kB, failcnt 0",
       "[  331.512350] "
       "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=a,mems_allowed=0,"
       "oom_memcg=/kubepods/x,task_memcg=/kubepods/x,task=python3,pid=4711,uid=1000",
       "[  331.512360] Memory cgroup out of memory: Killed process 4711 (python3) "
       "total-vm:9052672kB, "
       "anon-rss:2000000kB, file-rss:5120kB, shmem-rss:0kB, UID:1000 pgtables:1100kB "
       "oom_score_adj:986",
       "[  331.600000] oom_reaper: reaped process 4711 (python3), now anon-rss:0kB, file-rss:0kB"});
  EXPECT_EQ(out.text("oom.constraint"), "CONSTRAINT_MEMCG");
  EXPECT_EQ(out.text("oom.victim"), "this process");
  EXPECT_EQ(out.text("exit.signal"), "SIGKILL");
  EXPECT_EQ(out.number("cgroup.limit_bytes"), 2147483648);
  EXPECT_EQ(out.number("memory.limit_bytes"), 2147483648);
  EXPECT_EQ(out.text("memory.limit_source"), "cgroup");
  EXPECT_EQ(out.number("exit.max_rss_bytes"), 2048000000);
  EXPECT_EQ(out.number("oom.score_adj"), 986);
  EXPECT_EQ(out.find("oom.report").size(), 1U);
  EXPECT_EQ(out.find("oom.report")[0]->source, "dmesg.txt:5");
  EXPECT_EQ(out.text("oom.report")->substr(0, 13), "Memory cgroup");
  EXPECT_EQ(out.text("evidence.kind"), "kernel log");
}

TEST(KernelLogText, TellsAKillOfAnOldKernel) {
  const auto out = read(
      {"Nov  4 06:26:12 hub kernel: Task in /docker/ab killed as a result of limit of /docker/ab",
       "Nov  4 06:26:12 hub kernel: memory: usage 1048576kB, limit 1048576kB, failcnt 77",
       "Nov  4 06:26:12 hub kernel: Memory cgroup out of memory: Kill process 99 (python) score "
       "912 or sacrifice child",
       "Nov  4 06:26:12 hub kernel: Killed process 100 (python) total-vm:1kB, anon-rss:1000kB, "
       "file-rss:0kB"});
  EXPECT_EQ(out.text("oom.constraint"), "CONSTRAINT_MEMCG");
  EXPECT_EQ(out.number("cgroup.limit_bytes"), 1073741824);
  EXPECT_EQ(out.number("exit.max_rss_bytes"), 1024000);
  EXPECT_EQ(out.text("oom.report"),
            "Killed process 100 (python) total-vm:1kB, anon-rss:1000kB, file-rss:0kB");
}

TEST(KernelLogText, TellsAKillForTheMachine) {
  for (const std::string stamp :
       {"[169102.053126] ", "[Tue Nov  4 06:26:12 2025] ", "", "<3>[  12.5] ",
        "2025-11-04T06:26:12+00:00 host kernel: [  1.5] "}) {
    const auto out =
        read({stamp + "Out of memory: Killed process 446321 (java) total-vm:194467732kB, "
                      "anon-rss:107278388kB, file-rss:0kB, UID:1000 oom_score_adj:0"});
    EXPECT_EQ(out.text("oom.constraint"), "CONSTRAINT_NONE") << stamp;
    EXPECT_EQ(out.text("oom.victim"), "this process");
    EXPECT_EQ(out.text("oom.report")->substr(0, 13), "Out of memory") << stamp;
    EXPECT_TRUE(out.find("cgroup.limit_bytes").empty());
  }
}

TEST(KernelLogText, PrefersAVictimLikeOurs) {
  const std::string python =
      "Memory cgroup out of memory: Killed process 7 (python) total-vm:1kB, anon-rss:2kB";
  const std::string other = "Out of memory: Killed process 8 (chrome) total-vm:1kB, anon-rss:2kB";
  const auto out = read({other, python, other});
  EXPECT_EQ(out.text("oom.constraint"), "CONSTRAINT_MEMCG");
  EXPECT_EQ(out.find("oom.report").size(), 2U);
  const auto foreign =
      read({other, "Out of memory: Killed process 9 (firefox) total-vm:1kB, anon-rss:2kB"});
  EXPECT_EQ(foreign.text("oom.victim"), "another process");
  EXPECT_FALSE(foreign.text("exit.signal"));
  EXPECT_EQ(read({other}).text("oom.victim"), "this process");
}

TEST(KernelLogText, TellsACallWithoutItsKill) {
  const auto out =
      read({"Nov 04 06:26:12 hub kernel: ZMQbg/IO/0 invoked oom-killer: gfp_mask=0xd0, order=0, "
            "oom_score_adj=991"});
  EXPECT_EQ(out.text("oom.report"),
            "ZMQbg/IO/0 invoked oom-killer: gfp_mask=0xd0, order=0, oom_score_adj=991");
  EXPECT_EQ(out.number("oom.score_adj"), 991);
  EXPECT_FALSE(out.text("oom.constraint"));
  EXPECT_EQ(read({"x invoked oom-killer: order=0, oom_score_adj=-998"}).number("oom.score_adj"),
            -998);
}

TEST(KernelLogText, TellsKillersOfUserSpace) {
  const auto early = read(
      {R"(earlyoom[9]: sending SIGTERM to process 4711 uid 1000 "python3": badness 900, VmRSS 12000 MiB)"});
  EXPECT_EQ(early.text("oom.constraint"), "user space");
  EXPECT_EQ(early.text("oom.victim"), "this process");
  EXPECT_EQ(early.text("exit.signal"), "SIGTERM");
  const auto systemd =
      read({"systemd-oomd[9]: Killed /user.slice/user-1000.slice/x due to memory pressure for "
            "/user.slice being 60% > 50%"});
  EXPECT_EQ(systemd.text("oom.constraint"), "user space");
  EXPECT_FALSE(
      read({"jupyter.service: Failed with result 'oom-kill'."}).find("oom.report").empty());
  EXPECT_TRUE(read({"systemd[1]: Sending SIGTERM to remaining processes..."}).facts.empty());
}

struct FaultCase {
  std::string line;
  std::string_view signal;
  std::string_view image;
};
TEST(KernelLogText, TellsFaults) {
  const std::vector<FaultCase> cases{
      {"[ 12.3] python3[4711]: segfault at 0 ip 00007f1c sp 00007ffc error 4 in "
       "libfoo.so[7f1c2a48a000+155000]",
       "SIGSEGV", "libfoo.so"},
      {"traps: python3[1] trap invalid opcode ip:7f4b1c sp:7ffd error:0 in "
       "libtensorflow.so.2[7f4b+2000]",
       "SIGILL", "libtensorflow.so.2"},
      {"traps: python3[1] general protection fault ip:7f sp:7f error:0 in libc.so.6[7f+1]",
       "SIGSEGV", "libc.so.6"},
      {"traps: python3[1] trap divide error ip:7f sp:7f error:0 in a.so[7f+1]", "SIGFPE", "a.so"},
      {"python3[1]: unhandled level 2 translation fault (11) at 0x0, esr 0x92000046, in b.so[7f+1]",
       "SIGSEGV", "b.so"},
      {"python3[1]: unhandled alignment fault (7) at 0x1, in b.so[7f+1]", "SIGBUS", "b.so"}};
  for (const FaultCase& fault : cases) {
    const auto out =
        read({fault.line, "traps: chrome[9] trap int3 ip:1 sp:2 error:0 in chrome[1+2]"});
    EXPECT_EQ(out.text("exit.signal"), fault.signal) << fault.line;
    EXPECT_EQ(out.text("crash.image"), fault.image);
    EXPECT_EQ(out.text("crash.process"), "python3");
    EXPECT_EQ(out.find("crash.kernel_line")[0]->source, "dmesg.txt:1");
  }
}

TEST(KernelLogText, TellsWhatMacosDoes) {
  const auto page =
      read({"default\t07:51:56.358+0000\tkernel\tCODE SIGNING: cs_invalid_page(0x15918c000): "
            "p=19257[Python] final status 0x23000200, denying page sending SIGKILL",
            "default\t07:51:56.359+0000\tkernel\tCODE SIGNING: process 19257[Python]: rejecting "
            "invalid page at address 0x15918c000 from offset 0x0 in file "
            "\"/opt/lib/libepanet.dylib\" (cs_mtime:1.2 == mtime:1.2)"});
  EXPECT_EQ(page.text("crash.termination"), "CODESIGNING");
  EXPECT_EQ(page.text("exit.signal"), "SIGKILL");
  EXPECT_EQ(page.text("crash.process"), "Python");
  EXPECT_EQ(page.text("crash.image"), "/opt/lib/libepanet.dylib");
  const auto swap =
      read({"kernel: low swap: killing largest compressed process with pid 71 (python3.10) and "
            "size 40960 MB"});
  EXPECT_EQ(swap.text("jetsam.reason"), "low swap");
  EXPECT_EQ(swap.text("jetsam.victim"), "python3.10");
  EXPECT_EQ(swap.text("exit.signal"), "SIGKILL");
  const auto top =
      read({"kernel: memorystatus: killing_top_process pid 71 [python3.10] (vm-pageshortage) 1 - "
            "memorystatus_available_pages: 3"});
  EXPECT_EQ(top.text("jetsam.reason"), "vm-pageshortage");
}

TEST(KernelLogText, TellsNvidiaErrors) {
  const auto out = read({"NVRM: Xid (PCI:0000:65:00): 79, pid=7, GPU has fallen off the bus.",
                         "NVRM: Xid (PCI:0000:65:00): 31, pid=7, MMU Fault"});
  ASSERT_EQ(out.find("gpu.xid").size(), 2U);
  EXPECT_EQ(out.number("gpu.xid"), 79);
}

TEST(KernelLogText, LeavesOtherLinesAlone) {
  EXPECT_TRUE(
      read({"usb 1-1: new device", "Killed", "memory: usage", "a [x] trap ", "", "NVRM: Xid (x): y",
            "p=1[x] sending SIGKILL", "low swap: killing", "]: segfault at "})
          .facts.empty());
}

}  // namespace
}  // namespace km::readers
