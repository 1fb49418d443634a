// The loop: who has something to say, and in which order it is taken.
#include "proxy/proxy.h"

#include "kernels/verdict_outputs.h"
#include "proxy/registration.h"

#include <algorithm>
#include <csignal>
#include <poll.h>
#include <unistd.h>
#include <utility>

namespace km::proxy {

using jupyter::Channel;
using jupyter::Json;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kBindAgain{2000};
constexpr milliseconds kAcknowledged{5000};

}  // namespace

Proxy::Proxy(ProxyPlan plan, const os::Signals& signals)
    : plan_(std::move(plan)),
      signals_(signals),
      signer_(plan_.kernel.given.connection.key),
      voice_(signer_),
      front_(context_) {}

Proxy::~Proxy() = default;

Result<std::unique_ptr<Proxy>> Proxy::start(ProxyPlan plan, const os::Signals& signals) {
  try {
    std::unique_ptr<Proxy> proxy(new Proxy(std::move(plan), signals));
    KM_TRY(proxy->front_.bind(proxy->plan_.kernel.given, kBindAgain));
    if (proxy->plan_.parent > 0) {
      // Where it has gone already, the loop sees it at once; where it cannot be watched, the kernel
      // watches us as it always did.
      if (auto end = os::watch_end(proxy->plan_.parent)) proxy->parent_end_ = std::move(*end);
    }
    // Clients may connect from now on; what they say waits for the kernel.
    KM_TRY(register_ports(proxy->context_, proxy->plan_.kernel.given, kAcknowledged));
    KM_TRY(proxy->start_kernel());
    proxy->forewarning_ = kernels::Forewarning::begin(proxy->plan_.forewarning);
    return proxy;
  } catch (const zmq::error_t& error) {
    return fail_errno("cannot open the sockets", error.num());
  }
}

Result<> Proxy::start_kernel() {
  used_.set();
  KM_ASSIGN(kernel_, Kernel::start(context_, plan_.kernel, voice_));
  ++generation_;
  cut_dump_ = false;
  if (generation_ > 1) return {};
  for (const auto& gap : kernel_->lifetime().gaps()) {
    if (plan_.say && gap.what.starts_with("memory limit"))
      plan_.say("no " + gap.what + ": " + gap.why + "; " + gap.remedy);
  }
  return {};
}

int Proxy::run() {
  bool more = false;
  while (true) {
    wait(more ? milliseconds(0) : pause(Clock::now()));
    if (is_ready(Source::signal)) read_signals();
    if (is_ready(Source::parent)) end_with_parent();
    more = forward_everything();
    warn();
    if (!kernel_->open()) {
      tick_at_ = kernel_->tick(voice_, Clock::now());
      use(Source::shell);
    }
    if (!is_ready(Source::death)) continue;
    if (const auto status = kernel_ended()) {
      constexpr milliseconds kLinger{100};
      front_.linger(kLinger);
      return *status;
    }
  }
}

void Proxy::end_with_parent() {
  constexpr milliseconds kGrace{1500};
  leaving_ = true;
  parent_end_.reset();
  kernel_->lifetime().requested(supervisor::Request::terminated, "its Jupyter server ended");
  kernel_->lifetime().end(kGrace);
}

milliseconds Proxy::pause(Clock::time_point now) const {
  // One look a second in any case, whatever clock jumps.
  milliseconds pause{1000};
  for (const auto* ways : {&to_kernel_, &to_clients_}) {
    if (std::any_of(ways->begin(), ways->end(), [](const Held& held) { return held.any(); }))
      pause = kRetry;
  }
  if (tick_at_ && !kernel_->open()) {
    pause = std::clamp(std::chrono::ceil<milliseconds>(*tick_at_ - now), milliseconds(0), pause);
  }
  constexpr milliseconds kLook{100};
  if (forewarning_) pause = std::min(pause, kLook);
  return pause;
}

void Proxy::wait(milliseconds longest) {
  // zmq_poll asks every socket twice, with two system calls each. A socket's descriptor tells of a
  // change only (zmq_getsockopt(3), ZMQ_FD), so that those used since the last look are asked, and
  // the others when their descriptor says so.
  struct Way {
    Source source;
    zmq::socket_t* socket;
    bool has_room;  // nothing is read for a target that has none
  };
  const auto room = [](const std::array<Held, 4>& ways, Channel channel) {
    return !ways[static_cast<std::size_t>(channel)].any();
  };
  const std::array<Way, kSockets> sockets{{
      {Source::front_shell, &front_.shell, kernel_->open() && room(to_kernel_, Channel::shell)},
      {Source::front_control, &front_.control, room(to_kernel_, Channel::control)},
      {Source::front_input, &front_.input, room(to_kernel_, Channel::input)},
      {Source::subscriptions, &front_.iopub, true},
      {Source::heartbeat, &front_.heartbeat, true},
      {Source::shell, &kernel_->of(Channel::shell), room(to_clients_, Channel::shell)},
      {Source::control, &kernel_->of(Channel::control), room(to_clients_, Channel::control)},
      {Source::input, &kernel_->of(Channel::input), room(to_clients_, Channel::input)},
      {Source::iopub, &kernel_->of(Channel::iopub), room(to_clients_, Channel::iopub)},
  }};
  ready_.reset();
  const auto ask = [this](const Way& way) {
    const auto at = static_cast<std::size_t>(way.source);
    used_[at] = false;
    ready_[at] = (way.socket->get(zmq::sockopt::events) & ZMQ_POLLIN) != 0;
  };
  std::array<pollfd, kSources> fds{};
  for (const Way& way : sockets) {
    const auto at = static_cast<std::size_t>(way.source);
    fds[at] = {way.has_room ? way.socket->get(zmq::sockopt::fd) : -1, POLLIN, 0};
    if (way.has_room && used_[at]) ask(way);
  }
  auto& lifetime = kernel_->lifetime();
  const std::array others{lifetime.death_fd(), lifetime.stdout_fd(), lifetime.stderr_fd(),
                          signals_.fd(), parent_end_.get()};
  for (std::size_t i = 0; i < others.size(); ++i) fds[kSockets + i] = {others[i], POLLIN, 0};
  const int timeout = ready_.any() ? 0 : static_cast<int>(longest.count());
  if (::poll(fds.data(), fds.size(), timeout) < 0) return;  // EINTR: the signal waits in its pipe
  for (const Way& way : sockets) {
    const auto at = static_cast<std::size_t>(way.source);
    if (fds[at].revents != 0 && !ready_[at]) ask(way);
  }
  for (std::size_t at = kSockets; at < kSources; ++at)
    ready_[at] = fds[at].revents != 0;  // a pipe that was hung up shows as an error
}

Proxy::Source Proxy::front_of(Channel channel) {
  switch (channel) {
    case Channel::shell:
      return Source::front_shell;
    case Channel::control:
      return Source::front_control;
    case Channel::input:
      return Source::front_input;
    case Channel::iopub:
      return Source::subscriptions;
    case Channel::heartbeat:
      break;
  }
  return Source::heartbeat;
}

Proxy::Source Proxy::back_of(Channel channel) {
  switch (channel) {
    case Channel::control:
      return Source::control;
    case Channel::input:
      return Source::input;
    case Channel::iopub:
      return Source::iopub;
    case Channel::shell:
    case Channel::heartbeat:
      break;
  }
  return Source::shell;
}

bool Proxy::forward_everything() {
  bool more = false;
  const auto some = [&](Source from, Source to, const Held& held, auto forward) {
    if (!is_ready(from) && !held.any()) return;
    use(from);
    use(to);
    for (int i = 0; i < kAtOnce; ++i) {
      if (!forward()) return;
    }
    more = true;
  };
  const auto requests = [&](Channel channel) {
    some(front_of(channel), back_of(channel), to_kernel_[static_cast<std::size_t>(channel)],
         [&] { return forward_request(channel); });
  };
  const auto answers = [&](Channel channel) {
    some(back_of(channel), front_of(channel), to_clients_[static_cast<std::size_t>(channel)],
         [&] { return channel == Channel::iopub ? forward_iopub() : forward_reply(channel); });
  };
  if (is_ready(Source::subscriptions)) welcome_subscribers();
  if (is_ready(Source::heartbeat)) echo_heartbeat();
  // What comes after its death is for the next kernel.
  const bool takes = !is_ready(Source::death);
  if (takes) requests(Channel::control);
  if (takes) requests(Channel::input);
  // What the kernel has said goes out before what comes next goes in.
  answers(Channel::iopub);
  if (is_ready(Source::out) || is_ready(Source::err)) read_pipes();
  answers(Channel::control);
  answers(Channel::input);
  answers(Channel::shell);
  if (takes && kernel_->open()) requests(Channel::shell);
  return more;
}

void Proxy::read_signals() {
  while (const auto number = signals_.next()) {
    // The whole process group gets a Ctrl-C, the kernel too: sent on, it would come twice.
    if (*number == SIGINT) {
      kernel_->lifetime().requested(supervisor::Request::interrupt);
      continue;
    }
    leaving_ = true;
    kernel_->lifetime().requested(supervisor::Request::terminated);
    kernel_->lifetime().signal(*number);
  }
}

void Proxy::warn() {
  if (!forewarning_) return;
  const auto sentences = forewarning_->take();
  if (forewarning_->over()) forewarning_.reset();
  for (const std::string& sentence : sentences) {
    if (plan_.say) plan_.say("before it dies: " + sentence);
    notes_.push_back(
        kernels::note_output("Seen before it happens, by `kernelmedic check`: " + sentence));
  }
}

}  // namespace km::proxy
