// One kernel process and our connection to it, from the connection file to the orderly end.
#pragma once

#include "jupyter/client.h"
#include "jupyter/kernelspec.h"
#include "jupyter/runtime_folder.h"
#include "os/signals.h"
#include "result.h"
#include "runner/stop_request.h"
#include "supervisor/lifetime.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace km::runner {

struct KernelPlan {
  jupyter::KernelSpec spec;
  std::vector<std::string> wrap;
  std::filesystem::path folder;  // working folder
  std::optional<std::int64_t> memory_limit_bytes;
  std::filesystem::path home;      // of the cases
  std::filesystem::path notebook;  // as people name it
  std::filesystem::path out;
  std::filesystem::path journal;
};

class KernelSession {
 public:
  // An error only where nothing could be started.
  static Result<std::unique_ptr<KernelSession>> spawn(const KernelPlan& plan);
  ~KernelSession();  // ends what still lives
  KernelSession(const KernelSession&) = delete;
  KernelSession& operator=(const KernelSession&) = delete;

  jupyter::Client& client() { return *client_; }
  supervisor::Lifetime& lifetime() { return *lifetime_; }
  bool is_ipykernel() const { return ipykernel_; }
  const jupyter::Json& language_info() const { return language_info_; }
  bool ready() const { return ready_; }

  // Waits until the kernel has answered on shell and its iopub has reached us (a message lost on
  // the way to a late subscriber would be output lost), then prepares it for the first cell.
  enum class Answer { ready, died, silent, stopped };
  Answer wait_for_answer(std::chrono::milliseconds limit, const os::Signals& signals,
                         StopRequest& stop);

  // As the kernelspec wants it: SIGINT or interrupt_request.
  void interrupt();
  bool dead();

  // shutdown_request, then SIGTERM, then SIGKILL; at most a few seconds. The kernel is gone
  // afterwards.
  void shut_down();
  // At once, by signals.
  void end(supervisor::Request why, const std::string& detail);
  // After a death: waits for the last messages that are still on their way and hands each to
  // `take`.
  template <class Take>
  void last_messages(Take take) {
    constexpr std::chrono::milliseconds kQuiet{10};
    const auto until = Clock::now() + std::chrono::seconds(1);
    while (Clock::now() < until) {
      bool any = false;
      while (auto message = client_->receive(jupyter::Channel::iopub)) {
        any = true;
        take(std::move(*message));
      }
      if (!any && !waits_within(kQuiet)) return;
    }
  }

  // The verdict; `phase` as in supervisor/lifetime.h.
  supervisor::Lifetime::End finish(std::string_view phase);

 private:
  KernelSession() = default;
  Result<> connect(const KernelPlan& plan);
  Result<> start(const KernelPlan& plan);
  void prepare();
  bool waits_within(std::chrono::milliseconds limit);

  std::optional<jupyter::RuntimeFolder> runtime_folder_;  // sockets and connection file
  std::filesystem::path connection_file_;
  bool ipykernel_ = false;
  bool interrupt_by_message_ = false;
  bool ready_ = false;
  std::string preparation_;
  jupyter::Json language_info_;
  // The client after the lifetime: its sockets close before the process is ended.
  std::unique_ptr<supervisor::Lifetime> lifetime_;
  std::optional<jupyter::Client> client_;
};

}  // namespace km::runner
