// What the proxy says itself, and how it waits for those who listen.
#include "kernels/stderr_text.h"
#include "kernels/verdict_outputs.h"
#include "proxy/proxy.h"

#include <algorithm>
#include <poll.h>
#include <unistd.h>
#include <utility>

namespace km::proxy {

using jupyter::Channel;
using jupyter::Json;
using std::chrono::milliseconds;

namespace {

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
    text = kernels::without_log(kernels::without_dump(text));
  }
  if (!text.empty())
    publish(voice_.publish("stream", cell, {{"name", stream}, {"text", std::move(text)}}));
}

void Proxy::echo_heartbeat() {
  use(Source::heartbeat);
  Frames frames;
  for (int i = 0; i < kAtOnce && receive(front_.heartbeat, frames); ++i)
    send(front_.heartbeat, frames);
}

void Proxy::welcome_subscribers() {
  constexpr char kSubscribes = 1;
  use(Source::subscriptions);
  Frames frames;
  for (int i = 0; i < kAtOnce && receive(front_.iopub, frames); ++i) {
    const auto event = text_of(frames.front());
    if (!event.empty() && event.front() == kSubscribes) publish(voice_.welcome(event.substr(1)));
  }
}

void Proxy::publish(Frames frames) {
  // Behind what waits there; ours are few, so they wait in this loop.
  make_room();
  const auto until = Clock::now() + kSlowest;
  while (send(front_.iopub, frames) == Sent::full) {
    if (Clock::now() >= until) give_up_on_slow_clients();
    ::poll(nullptr, 0, static_cast<int>(kRetry.count()));
  }
}

void Proxy::make_room() {
  use(Source::subscriptions);
  Held& way = to_clients_[static_cast<std::size_t>(Channel::iopub)];
  while (!way.flush(front_.iopub)) {
    if (Clock::now() - way.since >= kSlowest) give_up_on_slow_clients();
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

}  // namespace km::proxy
