// The table of ends, row by row.
#include "supervisor/ending.h"

#include <csignal>
#include <gtest/gtest.h>
#include <vector>

namespace km::supervisor {
namespace {

struct Row {
  const char* name;
  const char* subject;
  const char* phase;
  int signal;
  int code;
  Request request;
  int our_signal;
  bool own_cgroup_killed;
  bool death;
};

TEST(IsDeath, Table) {
  const std::vector<Row> rows{
      {"kernel killed", "kernel", "cell", SIGKILL, 0, Request::none, 0, false, true},
      {"kernel exits 0 unasked", "kernel", "cell", 0, 0, Request::none, 0, false, true},
      {"kernel exits 3", "kernel", "idle", 0, 3, Request::none, 0, false, true},
      {"kernel crashes after Ctrl-C", "kernel", "cell", SIGSEGV, 0, Request::interrupt, 0, false,
       true},
      {"kernel without handler at Ctrl-C", "kernel", "cell", SIGINT, 0, Request::interrupt, 0,
       false, false},
      {"kernel interrupted while it starts", "kernel", "start", 0, 1, Request::interrupt, 0, false,
       false},
      {"kernel interrupted behind a cell", "kernel", "idle", 0, 0, Request::interrupt, 0, false,
       false},
      {"kernel exits 0 in an interrupted cell", "kernel", "cell", 0, 0, Request::interrupt, 0,
       false, true},
      {"kernel crashes while it starts", "kernel", "start", SIGSEGV, 0, Request::interrupt, 0,
       false, true},
      {"kernel at the interrupt of a shutdown", "kernel", "start", SIGINT, 0, Request::shutdown, 0,
       false, false},
      {"kernel shut down", "kernel", "idle", 0, 0, Request::shutdown, 0, false, false},
      {"kernel ignores shutdown", "kernel", "idle", SIGKILL, 0, Request::shutdown, SIGKILL, false,
       false},
      {"kernel at SIGTERM of a shutdown", "kernel", "idle", SIGTERM, 0, Request::shutdown, SIGTERM,
       false, false},
      {"kernel crashes at shutdown", "kernel", "idle", SIGSEGV, 0, Request::shutdown, SIGTERM,
       false, true},
      {"kernel killed by another at shutdown", "kernel", "idle", SIGKILL, 0, Request::shutdown,
       SIGTERM, false, true},
      {"kernel too slow", "kernel", "cell", SIGKILL, 0, Request::time_limit, SIGKILL, false, false},
      {"kernel never ready", "kernel", "start", SIGKILL, 0, Request::time_limit, SIGKILL, false,
       true},
      {"kernel ended with us", "kernel", "cell", SIGKILL, 0, Request::terminated, SIGKILL, false,
       false},
      {"kernel exits 1 with us", "kernel", "cell", 0, 1, Request::terminated, SIGTERM, false,
       false},
      {"program fine", "program", "program", 0, 0, Request::none, 0, false, false},
      {"program fails", "program", "program", 0, 1, Request::none, 0, false, false},
      {"program crashes", "program", "program", SIGSEGV, 0, Request::none, 0, false, true},
      {"program killed", "program", "program", SIGKILL, 0, Request::none, 0, false, true},
      {"program at Ctrl-C", "program", "program", SIGINT, 0, Request::none, 0, false, false},
      {"program at Ctrl-backslash", "program", "program", SIGQUIT, 0, Request::none, 0, false,
       false},
      {"program before | head", "program", "program", SIGPIPE, 0, Request::none, 0, false, false},
      {"program at forwarded SIGTERM", "program", "program", SIGTERM, 0, Request::terminated, 0,
       false, false},
      {"program at a stranger's SIGTERM", "program", "program", SIGTERM, 0, Request::none, 0, false,
       true},
      {"program at its CPU limit", "program", "program", SIGXCPU, 0, Request::none, 0, false, true},
      {"shell whose child was OOM-killed", "program", "program", 0, 137, Request::none, 0, true,
       true},
      {"a child OOM-killed, program fine", "program", "program", 0, 0, Request::none, 0, true,
       false},
  };
  for (const auto& row : rows) {
    Ending ending;
    ending.status.signal = row.signal;
    ending.status.code = row.code;
    ending.subject = row.subject;
    ending.phase = row.phase;
    ending.request = row.request;
    ending.our_signal = row.our_signal;
    ending.own_cgroup_killed = row.own_cgroup_killed;
    EXPECT_EQ(is_death(ending), row.death) << row.name;
  }
}

}  // namespace
}  // namespace km::supervisor
