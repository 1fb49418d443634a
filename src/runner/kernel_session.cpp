// Start, interruption and end of a kernel; the handshake is in handshake.cpp.
#include "runner/kernel_session.h"

#include "jupyter/connection.h"
#include "os/file.h"
#include "runner/kernel_environment.h"
#include "runner/kernel_preparation.h"

#include <fcntl.h>
#include <poll.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace km::runner {

using jupyter::Channel;
using jupyter::Json;

Result<std::unique_ptr<KernelSession>> KernelSession::spawn(const KernelPlan& plan) {
  std::unique_ptr<KernelSession> session(new KernelSession);
  session->ipykernel_ = plan.spec.is_ipykernel();
  session->interrupt_by_message_ = plan.spec.interrupt_mode == "message";
  KM_TRY(session->connect(plan));
  KM_TRY(session->start(plan));
  return session;
}

KernelSession::~KernelSession() {
  client_.reset();
  lifetime_.reset();
}

Result<> KernelSession::connect(const KernelPlan& plan) {
  KM_ASSIGN(runtime_folder_, jupyter::RuntimeFolder::make());
  const auto& folder = runtime_folder_->path();
  // Sockets in a private folder need no free port and nobody else can reach them; not every kernel
  // knows them.
  KM_ASSIGN(const jupyter::Connection connection,
            ipykernel_ ? jupyter::make_ipc_connection(folder, plan.spec.name)
                       : jupyter::make_tcp_connection(plan.spec.name));
  // Programs take the kernel's id from this name.
  connection_file_ = folder / ("kernel-" + jupyter::new_id() + ".json");
  KM_TRY(os::write_file(connection_file_, jupyter::to_text(connection)));
  KM_ASSIGN(client_, jupyter::Client::connect(connection));
  return {};
}

Result<> KernelSession::start(const KernelPlan& plan) {
  const os::Fd nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!nothing) return fail_errno("cannot open /dev/null");
  auto environment = kernel_environment(own_environment(), plan.spec.env, plan.spec.language,
                                        ipykernel_, ::getpid());
  faulthandler_added_ = environment.faulthandler_added;
  supervisor::LifetimePlan lifetime;
  lifetime.name = plan.notebook.string();
  lifetime.child.argv = plan.wrap;
  for (auto& word : jupyter::command_of(plan.spec, connection_file_, plan.spec.python())) {
    lifetime.child.argv.push_back(std::move(word));
  }
  if (ipykernel_) {
    // Without the first, what a dying process prints is lost in a pipe of its own; the second keeps
    // its history out of the user's, as nbclient does.
    lifetime.child.argv.emplace_back("--IPKernelApp.capture_fd_output=False");
    lifetime.child.argv.emplace_back("--HistoryManager.hist_file=:memory:");
  }
  lifetime.child.environment = std::move(environment.variables);
  lifetime.child.folder = plan.folder;
  lifetime.child.stdin_fd = nothing.get();
  lifetime.child.new_session = true;  // a Ctrl-C at the terminal is for us alone; we pass it on
  lifetime.child.end_with_parent = true;
  lifetime.memory_limit_bytes = plan.memory_limit_bytes;
  lifetime.home = plan.home;
  lifetime.python = plan.spec.python();
  lifetime.wrap = plan.wrap;
  lifetime.journal = plan.journal;
  lifetime.notebook = plan.out;
  KM_ASSIGN(lifetime_, supervisor::Lifetime::start(std::move(lifetime)));
  return {};
}

void KernelSession::prepare() {
  if (!ipykernel_) return;
  // Not waited for: requests are answered in order, and the first cell comes after it.
  static_cast<void>(client_->send(Channel::shell, "execute_request",
                                  {{"code", ipykernel_preparation(faulthandler_added_)},
                                   {"silent", true},
                                   {"store_history", false},
                                   {"user_expressions", Json::object()},
                                   {"allow_stdin", false},
                                   {"stop_on_error", false}}));
}

void KernelSession::interrupt() {
  if (interrupt_by_message_) {
    static_cast<void>(client_->send(Channel::control, "interrupt_request", Json::object()));
  } else {
    lifetime_->interrupt();
  }
}

bool KernelSession::dead() {
  pollfd death{lifetime_->death_fd(), POLLIN, 0};
  return ::poll(&death, 1, 0) > 0;
}

void KernelSession::shut_down() {
  // ipykernel runs atexit functions meanwhile, which may take a moment (nbclient's manager waits 5
  // s in all).
  constexpr std::chrono::milliseconds kAskedPolitely{4000};
  constexpr std::chrono::milliseconds kAfterSigterm{1000};
  lifetime_->requested(supervisor::Request::shutdown);
  static_cast<void>(client_->send(Channel::control, "shutdown_request", {{"restart", false}}));
  const auto until = Clock::now() + kAskedPolitely;
  while (!dead() && Clock::now() < until) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now());
    client_->wait({lifetime_->death_fd(), lifetime_->stdout_fd(), lifetime_->stderr_fd()}, left);
    // Emptied all the time: a kernel that says much at its end must not be stopped by a full pipe.
    lifetime_->take(lifetime_->stdout_fd());
    lifetime_->take(lifetime_->stderr_fd());
    for (const Channel channel : {Channel::iopub, Channel::shell, Channel::control}) {
      while (client_->receive(channel)) continue;
    }
  }
  if (!dead()) lifetime_->end(kAfterSigterm);
}

void KernelSession::end(supervisor::Request why, const std::string& detail) {
  constexpr std::chrono::milliseconds kGrace{
      1500};  // SIGTERM has to end a run within 5 s, OUT included
  lifetime_->requested(why, detail);
  lifetime_->end(kGrace);
}

supervisor::Lifetime::End KernelSession::finish(std::string_view phase) {
  return lifetime_->finish(phase, {{"kernel.ready", ready_, "answer to kernel_info_request"}});
}

bool KernelSession::waits_within(std::chrono::milliseconds limit) {
  const auto until = Clock::now() + limit;
  client_->wait({}, limit);
  return Clock::now() < until;  // it returns early only for a message
}

}  // namespace km::runner
