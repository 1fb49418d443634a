#include "proxy/kernel.h"

#include "os/file.h"

#include <array>
#include <fmt/format.h>
#include <poll.h>
#include <utility>

namespace km::proxy {

using jupyter::Channel;
using jupyter::Json;

namespace {

// A kernel binds its sockets some time after its start; libzmq's own 100 ms would be lost each
// time.
constexpr int kConnectAgainMs = 10;
constexpr std::chrono::milliseconds kAskAgain{200};

std::string replaced(std::string text, std::string_view from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

}  // namespace

Kernel::Kernel(zmq::context_t& context)
    : shell_(context, zmq::socket_type::dealer),
      control_(context, zmq::socket_type::dealer),
      input_(context, zmq::socket_type::dealer),
      iopub_(context, zmq::socket_type::sub),
      monitor_(context, zmq::socket_type::pair) {}

Kernel::~Kernel() = default;

Result<std::unique_ptr<Kernel>> Kernel::start(zmq::context_t& context, const KernelPlan& plan,
                                              const Voice& voice) {
  std::unique_ptr<Kernel> kernel(new Kernel(context));
  KM_TRY(kernel->connect(context, plan));
  KM_TRY(kernel->spawn(plan));
  // Before anything of a client: it is answered in this order.
  kernel->ask(voice, "kernel_info_request", Json::object(), nullptr);
  return kernel;
}

Result<> Kernel::connect(zmq::context_t& /*context*/, const KernelPlan& plan) {
  KM_ASSIGN(folder_, jupyter::RuntimeFolder::make());
  const auto& name = plan.given.connection.kernel_name;
  KM_ASSIGN(jupyter::Connection connection,
            plan.by_ipc ? jupyter::make_ipc_connection(folder_->path(), name)
                        : jupyter::make_tcp_connection(name));
  connection_file_ = folder_->path() / plan.given_file.filename();
  KM_TRY(os::write_file(connection_file_, jupyter::private_text(plan.given, connection)));
  try {
    // A kernel sends its input_request to the identities from which the execute_request came: ours,
    // and behind it the client's (jupyter_lifecycle.md 2.3).
    const std::string identity = jupyter::new_id();
    for (auto* socket : {&shell_, &control_, &input_, &iopub_}) {
      socket->set(zmq::sockopt::linger, 0);
      socket->set(zmq::sockopt::reconnect_ivl, kConnectAgainMs);
      bound_queues(*socket);
    }
    for (auto* socket : {&shell_, &control_, &input_})
      socket->set(zmq::sockopt::routing_id, identity);
    iopub_.set(zmq::sockopt::subscribe, "");
    const std::string watched = fmt::format("inproc://iopub-{}", identity);
    if (zmq_socket_monitor(iopub_.handle(), watched.c_str(), ZMQ_EVENT_DISCONNECTED) != 0)
      return fail_errno("cannot watch the connection to the kernel", zmq_errno());
    monitor_.set(zmq::sockopt::linger, 0);
    monitor_.connect(watched);
    shell_.connect(connection.endpoint(Channel::shell));
    control_.connect(connection.endpoint(Channel::control));
    input_.connect(connection.endpoint(Channel::input));
    iopub_.connect(connection.endpoint(Channel::iopub));
  } catch (const zmq::error_t& error) {
    return fail_errno("cannot open the sockets to the kernel", error.num());
  }
  return {};
}

Result<> Kernel::spawn(const KernelPlan& plan) {
  kernels::ProcessPlan process = plan.process;
  for (auto& word : process.argv) {
    if (word == plan.given_file) word = connection_file_.string();
    for (const auto* place : {"{private_connection_file}", "{connection_file}"})
      word = replaced(std::move(word), place, connection_file_.string());
  }
  KM_ASSIGN(auto started, kernels::start(std::move(process)));
  lifetime_ = std::move(started.lifetime);
  preparation_ = std::move(started.preparation);
  return {};
}

zmq::socket_t& Kernel::of(Channel channel) {
  switch (channel) {
    case Channel::control:
      return control_;
    case Channel::input:
      return input_;
    case Channel::iopub:
      return iopub_;
    case Channel::shell:
    case Channel::heartbeat:
      break;
  }
  return shell_;
}

bool Kernel::dead() {
  pollfd death{lifetime_->death_fd(), POLLIN, 0};
  return ::poll(&death, 1, 0) > 0;
}

void Kernel::ask(const Voice& voice, std::string_view type, Json content, std::string* id) {
  std::string made;
  Frames frames = voice.ask(type, std::move(content), made);
  send(shell_, frames);
  ours_.insert(made);
  if (id != nullptr) *id = std::move(made);
  ask_again_ = Clock::now() + kAskAgain;
}

void Kernel::heard(const Voice& voice) {
  if (heard_) return;
  heard_ = true;
  if (!preparation_.empty()) {
    ask(voice, "execute_request",
        {{"code", preparation_},
         {"silent", true},
         {"store_history", false},
         {"user_expressions", Json::object()},
         {"allow_stdin", false},
         {"stop_on_error", false}},
        &preparation_id_);
  }
  open_ = true;
}

std::optional<Clock::time_point> Kernel::tick(const Voice& voice, Clock::time_point now) {
  if (open_) return std::nullopt;
  if (ready_ && now >= ask_again_) {
    // A kernel that answers and publishes nothing is let alone after a while.
    constexpr std::size_t kTries = 15;
    if (ours_.size() >= kTries)
      heard(voice);
    else
      ask(voice, "kernel_info_request", Json::object(), nullptr);
  }
  return ready_ ? std::optional(ask_again_) : std::nullopt;
}

bool Kernel::connection_closed() {
  Frames event;
  while (receive(monitor_, event)) closed_ = true;
  return closed_;
}

bool Kernel::waits() {
  constexpr std::chrono::milliseconds kQuiet{20};
  std::array<zmq::pollitem_t, 2> items{
      {{iopub_.handle(), 0, ZMQ_POLLIN, 0}, {monitor_.handle(), 0, ZMQ_POLLIN, 0}}};
  try {
    return zmq::poll(items, kQuiet) > 0;
  } catch (const zmq::error_t&) {
    return false;
  }
}

}  // namespace km::proxy
