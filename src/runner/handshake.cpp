// The first words with a kernel.
#include "runner/kernel_session.h"

#include <algorithm>

namespace km::runner {

using jupyter::Channel;

KernelSession::Answer KernelSession::wait_for_answer(std::chrono::milliseconds limit,
                                                     const os::Signals& signals,
                                                     StopRequest& stop) {
  // A kernel's first answer may overtake our subscription: then it is asked again, as
  // jupyter_client does.
  constexpr std::chrono::milliseconds kAskAgain{200};
  const auto until = Clock::now() + limit;
  auto ask_at = Clock::now();
  bool asked = false;
  bool answered = false;
  bool iopub_reached_us = false;
  while (true) {
    const auto now = Clock::now();
    if (now >= until) return Answer::silent;
    if (now >= ask_at && (!asked || answered)) {
      static_cast<void>(
          client_->send(Channel::shell, "kernel_info_request", jupyter::Json::object()));
      asked = true;
      ask_at = now + kAskAgain;
    }
    const auto next = answered ? std::min(until, ask_at) : until;
    const auto pause = std::chrono::ceil<std::chrono::milliseconds>(next - now);
    client_->wait(
        {lifetime_->death_fd(), signals.fd(), lifetime_->stdout_fd(), lifetime_->stderr_fd()},
        pause);
    while (const auto number = signals.next()) {
      if (stop.on_signal(*number, false, Clock::now()) == SignalAction::end_run)
        return Answer::stopped;
    }
    // Recorded as last words; what a kernel says while it starts belongs to no cell.
    lifetime_->take(lifetime_->stdout_fd());
    lifetime_->take(lifetime_->stderr_fd());
    while (client_->receive(Channel::iopub)) iopub_reached_us = true;
    while (const auto reply = client_->receive(Channel::shell)) {
      if (reply->type != "kernel_info_reply") continue;
      answered = true;
      language_info_ = jupyter::member(reply->content, "language_info");
    }
    if (answered && iopub_reached_us) {
      ready_ = true;
      prepare();
      return Answer::ready;
    }
    if (dead()) return Answer::died;
  }
}

}  // namespace km::runner
