// Start, interruption and end of a kernel; the handshake is in handshake.cpp.
#include "runner/kernel_session.h"

#include "jupyter/connection.h"
#include "kernels/process.h"
#include "os/file.h"

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
  kernels::ProcessPlan process;
  process.name = plan.notebook.string();
  process.argv = jupyter::command_of(plan.spec, connection_file_, plan.spec.python());
  process.env = plan.spec.env;
  process.language = plan.spec.language;
  process.python = plan.spec.python();
  process.ipykernel = ipykernel_;
  process.keeps_history = false;
  process.own_session = true;  // a Ctrl-C at the terminal is for us alone; we pass it on
  process.reads_nothing = true;
  process.wrap = plan.wrap;
  process.folder = plan.folder;
  process.memory_limit_bytes = plan.memory_limit_bytes;
  process.home = plan.home;
  process.journal = plan.journal;
  process.notebook = plan.out;
  KM_ASSIGN(auto started, kernels::start(std::move(process)));
  lifetime_ = std::move(started.lifetime);
  preparation_ = std::move(started.preparation);
  return {};
}

void KernelSession::prepare() {
  if (preparation_.empty()) return;
  // Not waited for: requests are answered in order, and the first cell comes after it.
  static_cast<void>(client_->send(Channel::shell, "execute_request",
                                  {{"code", preparation_},
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
