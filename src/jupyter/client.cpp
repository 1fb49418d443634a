// The five sockets by cppzmq; its exceptions end here.
#include "jupyter/client.h"

#include <algorithm>
#include <fmt/format.h>
#include <zmq.hpp>

namespace km::jupyter {
namespace {

// A kernel binds its sockets some time after its start; libzmq's own 100 ms would be lost at each
// start.
constexpr int kConnectAgainMs = 20;

// All frames of the message that is here; nothing where none is.
std::vector<std::string> receive_frames(zmq::socket_t& socket) {
  std::vector<std::string> frames;
  zmq::message_t frame;
  bool more = true;
  while (more) {
    // The parts of a message arrive together: only the first may be missing.
    if (!socket.recv(frame, zmq::recv_flags::dontwait)) return {};
    frames.emplace_back(frame.data<char>(), frame.size());
    more = frame.more();
  }
  return frames;
}

// False where not all could be sent.
bool send_frames(zmq::socket_t& socket, const std::vector<std::string>& frames) {
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const auto more = i + 1 < frames.size() ? zmq::send_flags::sndmore : zmq::send_flags::none;
    if (!socket.send(zmq::buffer(frames[i]), more | zmq::send_flags::dontwait)) return false;
  }
  return true;
}

}  // namespace

struct Client::State {
  explicit State(const Connection& connection)
      : signer(connection.key),
        session(new_id()),
        shell(context, zmq::socket_type::dealer),
        iopub(context, zmq::socket_type::sub),
        control(context, zmq::socket_type::dealer),
        input(context, zmq::socket_type::dealer) {
    for (auto* socket : {&shell, &iopub, &control, &input}) {
      socket->set(zmq::sockopt::linger, 0);
      socket->set(zmq::sockopt::sndhwm, 0);
      socket->set(zmq::sockopt::rcvhwm, 0);
      socket->set(zmq::sockopt::ipv6, connection.ip.find(':') != std::string::npos);
      socket->set(zmq::sockopt::reconnect_ivl, kConnectAgainMs);
    }
    // A kernel sends its input_request to the identity from which the execute_request came.
    for (auto* socket : {&shell, &control, &input}) {
      socket->set(zmq::sockopt::routing_id, session);
    }
    iopub.set(zmq::sockopt::subscribe, "");
    shell.connect(connection.endpoint(Channel::shell));
    iopub.connect(connection.endpoint(Channel::iopub));
    control.connect(connection.endpoint(Channel::control));
    input.connect(connection.endpoint(Channel::input));
  }

  zmq::socket_t* socket_of(Channel channel) {
    switch (channel) {
      case Channel::shell:
        return &shell;
      case Channel::iopub:
        return &iopub;
      case Channel::control:
        return &control;
      case Channel::input:
        return &input;
      case Channel::heartbeat:
        break;
    }
    return nullptr;
  }

  Result<> send(Channel channel, const Message& message) {
    zmq::socket_t* socket = socket_of(channel);
    if (socket == nullptr || channel == Channel::iopub) {
      return fail("this channel takes no messages");
    }
    try {
      if (send_frames(*socket, to_frames(message, signer))) return {};
      return fail(fmt::format("cannot send {} to the kernel", message.type));
    } catch (const zmq::error_t& error) {
      return fail_errno(fmt::format("cannot send {} to the kernel", message.type), error.num());
    }
  }

  zmq::context_t context{1};  // outlives the sockets
  Signer signer;
  std::string session;
  zmq::socket_t shell;
  zmq::socket_t iopub;
  zmq::socket_t control;
  zmq::socket_t input;
  int refused = 0;
};

Client::Client(std::unique_ptr<State> state) : state_(std::move(state)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

Result<Client> Client::connect(const Connection& connection) {
  try {
    return Client(std::make_unique<State>(connection));
  } catch (const zmq::error_t& error) {
    return fail_errno(fmt::format("cannot open the sockets to the kernel ({})",
                                  connection.endpoint(Channel::shell)),
                      error.num());
  }
}

Result<std::string> Client::send(Channel channel, std::string_view type, Json content) {
  Message message = make_request(type, state_->session, std::move(content));
  KM_TRY(state_->send(channel, message));
  return std::move(message.id);
}

Result<> Client::reply_input(const Message& request, std::string_view value) {
  Message message = make_request("input_reply", state_->session,
                                 {{"value", std::string(value)}, {"status", "ok"}});
  message.parent_header = request.header;
  return state_->send(Channel::input, message);
}

std::optional<Message> Client::receive(Channel channel) {
  zmq::socket_t* socket = state_->socket_of(channel);
  if (socket == nullptr) return std::nullopt;
  try {
    while (true) {
      const std::vector<std::string> frames = receive_frames(*socket);
      if (frames.empty()) return std::nullopt;
      auto message = parse_message(frames, state_->signer);
      if (message) return std::move(message).value();
      ++state_->refused;
    }
  } catch (const zmq::error_t&) {
    return std::nullopt;  // EINTR, or a context that ends: the caller's next wait() decides
  }
}

int Client::refused() const { return state_->refused; }

std::vector<bool> Client::wait(const std::vector<int>& fds, std::chrono::milliseconds limit) {
  std::vector<zmq::pollitem_t> items;
  for (auto* socket : {&state_->shell, &state_->iopub, &state_->control, &state_->input}) {
    items.push_back({socket->handle(), 0, ZMQ_POLLIN, 0});
  }
  const std::size_t channels = items.size();
  for (const int fd : fds) {
    if (fd >= 0) items.push_back({nullptr, fd, ZMQ_POLLIN, 0});
  }
  std::vector<bool> ready(fds.size(), false);
  try {
    // A negative limit would mean "for ever" to libzmq.
    zmq::poll(items, std::max(limit, std::chrono::milliseconds(0)));
  } catch (const zmq::error_t&) {
    return ready;  // EINTR: the caller looks at its signal descriptor and comes back
  }
  std::size_t item = channels;
  for (std::size_t i = 0; i < fds.size(); ++i) {
    // A hung-up descriptor shows as ZMQ_POLLERR.
    if (fds[i] >= 0) ready[i] = items[item++].revents != 0;
  }
  return ready;
}

const std::string& Client::session() const { return state_->session; }

}  // namespace km::jupyter
