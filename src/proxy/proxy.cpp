// The loop: who has something to say, and in which order it is taken.
#include "proxy/proxy.h"

#include "kernels/verdict_outputs.h"

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

// Taken from one channel in a row, so that under a flood the others are heard as well.
constexpr int kAtOnce = 64;
constexpr milliseconds kBindAgain{2000};
// How long a full queue is looked at again.
constexpr milliseconds kRetry{1};

// Never waits for a reader: our own stderr may be a pipe that nobody empties.
void copy_out(int fd, std::string_view text) {
  constexpr std::size_t kSafe = 512;  // what any pipe takes whole once poll(2) says so (POSIX)
  while (!text.empty()) {
    pollfd out{fd, POLLOUT, 0};
    if (::poll(&out, 1, 0) <= 0 || (out.revents & POLLOUT) == 0) return;
    const auto wrote = ::write(fd, text.data(), std::min(text.size(), kSafe));
    if (wrote <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(wrote));
  }
}

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
    KM_TRY(proxy->start_kernel());
    proxy->forewarning_ = kernels::Forewarning::begin(proxy->plan_.forewarning);
    return proxy;
  } catch (const zmq::error_t& error) {
    return fail_errno("cannot open the sockets", error.num());
  }
}

Result<> Proxy::start_kernel() {
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
  while (true) {
    wait();
    read_signals();
    if (parent_end_) {
      pollfd gone{parent_end_.get(), POLLIN, 0};
      if (::poll(&gone, 1, 0) > 0) {
        constexpr milliseconds kGrace{1500};
        leaving_ = true;
        parent_end_.reset();
        kernel_->lifetime().requested(supervisor::Request::terminated, "its Jupyter server ended");
        kernel_->lifetime().end(kGrace);
      }
    }
    for (bool more = true; more;) {
      more = forward_everything();
      if (more) read_signals();
      if (kernel_->dead()) break;
    }
    warn();
    tick_at_ = kernel_->tick(voice_, Clock::now());
    if (!kernel_->dead()) continue;
    if (const auto status = kernel_ended()) {
      constexpr milliseconds kLinger{100};
      front_.linger(kLinger);
      return *status;
    }
  }
}

milliseconds Proxy::pause(Clock::time_point now) const {
  // One look a second in any case, whatever clock jumps.
  milliseconds pause{1000};
  for (const auto* ways : {&to_kernel_, &to_clients_}) {
    if (std::any_of(ways->begin(), ways->end(), [](const Held& held) { return held.any(); }))
      pause = kRetry;
  }
  if (tick_at_) {
    pause = std::clamp(std::chrono::ceil<milliseconds>(*tick_at_ - now), milliseconds(0), pause);
  }
  constexpr milliseconds kLook{100};
  if (forewarning_) pause = std::min(pause, kLook);
  return pause;
}

void Proxy::wait() {
  constexpr short kIn = ZMQ_POLLIN;
  std::vector<zmq::pollitem_t> items;
  const auto add = [&](zmq::socket_t& socket, bool read) {
    if (read) items.push_back({socket.handle(), 0, kIn, 0});
  };
  for (const Channel channel : {Channel::shell, Channel::control, Channel::input}) {
    const auto way = static_cast<std::size_t>(channel);
    add(front_.of(channel),
        !to_kernel_[way].any() && (channel != Channel::shell || kernel_->open()));
    add(kernel_->of(channel), !to_clients_[way].any());
  }
  add(kernel_->of(Channel::iopub), !to_clients_[static_cast<std::size_t>(Channel::iopub)].any());
  add(front_.iopub, true);
  add(front_.heartbeat, true);
  auto& lifetime = kernel_->lifetime();
  for (const int fd : {lifetime.death_fd(), lifetime.stdout_fd(), lifetime.stderr_fd(),
                       signals_.fd(), parent_end_.get()}) {
    if (fd >= 0) items.push_back({nullptr, fd, kIn, 0});
  }
  try {
    zmq::poll(items, pause(Clock::now()));
  } catch (const zmq::error_t&) {
    // EINTR: the signal waits in its pipe.
  }
}

bool Proxy::forward_everything() {
  bool more = false;
  const auto some = [&](auto forward) {
    for (int i = 0; i < kAtOnce; ++i) {
      if (!forward()) return;
    }
    more = true;
  };
  welcome_subscribers();
  echo_heartbeat();
  // What comes after its death is for the next kernel.
  const bool takes = !kernel_->dead();
  if (takes) some([&] { return forward_request(Channel::control); });
  if (takes) some([&] { return forward_request(Channel::input); });
  // What the kernel has said goes out before what comes next goes in.
  some([&] { return forward_iopub(); });
  read_pipes();
  some([&] { return forward_reply(Channel::control); });
  some([&] { return forward_reply(Channel::input); });
  some([&] { return forward_reply(Channel::shell); });
  if (takes && kernel_->open()) some([&] { return forward_request(Channel::shell); });
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

void Proxy::read_pipes() {
  auto& lifetime = kernel_->lifetime();
  for (const bool out : {true, false}) {
    const int fd = out ? lifetime.stdout_fd() : lifetime.stderr_fd();
    std::string text = lifetime.take(fd);
    if (!text.empty()) say_text(out ? "stdout" : "stderr", std::move(text));
  }
}

void Proxy::say_text(std::string_view stream, std::string text) {
  const bool out = stream == "stdout";
  copy_out(out ? STDOUT_FILENO : STDERR_FILENO, text);
  // A cell that dies at once may speak here before its kernel has said that it began.
  const Request* running = requests_.running();
  const std::string& cell = running != nullptr ? running->header : last_cell_;
  // Another kernel keeps its own text, or shows it itself.
  if (!plan_.kernel.process.ipykernel || cell.empty() || !kernel_->open()) return;
  if (!out) {
    if (cut_dump_) return;
    cut_dump_ = kernels::holds_dump(text);
    text = std::string(kernels::without_dump(text));
  }
  if (!text.empty())
    publish(voice_.publish("stream", cell, {{"name", stream}, {"text", std::move(text)}}));
}

void Proxy::echo_heartbeat() {
  Frames frames;
  for (int i = 0; i < kAtOnce && receive(front_.heartbeat, frames); ++i)
    send(front_.heartbeat, frames);
}

void Proxy::welcome_subscribers() {
  constexpr char kSubscribes = 1;
  Frames frames;
  for (int i = 0; i < kAtOnce && receive(front_.iopub, frames); ++i) {
    const auto event = text_of(frames.front());
    if (!event.empty() && event.front() == kSubscribes) publish(voice_.welcome(event.substr(1)));
  }
}

void Proxy::publish(Frames frames) {
  // Behind what waits there; ours are few, so they wait in this loop.
  Held& way = to_clients_[static_cast<std::size_t>(Channel::iopub)];
  const auto until = Clock::now() + kSlowest;
  while (!way.flush(front_.iopub) || send(front_.iopub, frames) == Sent::full) {
    if (Clock::now() >= until) give_up_on_slow_clients();
    ::poll(nullptr, 0, static_cast<int>(kRetry.count()));
  }
}

void Proxy::give_up_on_slow_clients() {
  Held& way = to_clients_[static_cast<std::size_t>(Channel::iopub)];
  // A queue that takes nothing is passed over from here on, until it has been emptied.
  front_.iopub.set(zmq::sockopt::xpub_nodrop, false);
  if (way.any()) {
    way.flush(front_.iopub);
  } else {
    Frames empty =
        voice_.publish("status", "{}", {{"execution_state", running_.empty() ? "idle" : "busy"}});
    send(front_.iopub, empty);
  }
  front_.iopub.set(zmq::sockopt::xpub_nodrop, true);
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
