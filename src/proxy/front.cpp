#include "proxy/front.h"

#include "proxy/frames.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <string>
#include <thread>

namespace km::proxy {

using jupyter::Channel;

namespace {

constexpr std::array kChannels{Channel::shell, Channel::control, Channel::input, Channel::iopub,
                               Channel::heartbeat};
// A single frame from a client, who may not even have the key. jupyter_server itself takes no
// message of this size from a browser.
constexpr std::int64_t kLargestFrame = std::int64_t{512} << 20U;

void prepare(zmq::socket_t& socket, const jupyter::ConnectionFile& file) {
  socket.set(zmq::sockopt::linger, 0);
  socket.set(zmq::sockopt::ipv6, file.connection.ip.find(':') != std::string::npos);
  socket.set(zmq::sockopt::maxmsgsize, kLargestFrame);
  bound_queues(socket);
  if (file.curve_secret_key.empty()) return;
  socket.set(zmq::sockopt::curve_server, true);
  socket.set(zmq::sockopt::curve_secretkey, file.curve_secret_key);
}

// "tcp://127.0.0.1:35017" → 35017.
int port_of(zmq::socket_t& socket) {
  const std::string endpoint = socket.get(zmq::sockopt::last_endpoint);
  int port = 0;
  const char* const end = endpoint.data() + endpoint.size();
  std::from_chars(endpoint.data() + endpoint.rfind(':') + 1, end, port);
  return port;
}

}  // namespace

zmq::socket_t& Front::of(Channel channel) {
  switch (channel) {
    case Channel::shell:
      return shell;
    case Channel::control:
      return control;
    case Channel::input:
      return input;
    case Channel::iopub:
      return iopub;
    case Channel::heartbeat:
      break;
  }
  return heartbeat;
}

Result<> Front::bind(jupyter::ConnectionFile& file, std::chrono::milliseconds again) {
  constexpr std::chrono::milliseconds kPause{20};
  const auto until = std::chrono::steady_clock::now() + again;
  try {
    for (const Channel channel : kChannels) prepare(of(channel), file);
    for (auto* router : {&shell, &control, &input}) {
      // A client that reconnects comes with the identity that it had.
      router->set(zmq::sockopt::router_handover, true);
      // Its queue may be full: then we are told, and nothing is dropped.
      router->set(zmq::sockopt::router_mandatory, true);
    }
    iopub.set(zmq::sockopt::xpub_verbose, true);
    iopub.set(zmq::sockopt::xpub_nodrop, true);
  } catch (const zmq::error_t& error) {
    return fail_errno("cannot prepare the sockets", error.num());
  }
  for (const Channel channel : kChannels) {
    const std::string endpoint = file.connection.endpoint(channel);
    while (true) {
      try {
        of(channel).bind(endpoint);
        if (int& port = file.connection.port(channel); port == 0) port = port_of(of(channel));
        break;
      } catch (const zmq::error_t& error) {
        if (error.num() != EADDRINUSE || std::chrono::steady_clock::now() >= until)
          return fail_errno("cannot listen on " + endpoint, error.num());
      }
      std::this_thread::sleep_for(kPause);
    }
  }
  return {};
}

void Front::linger(std::chrono::milliseconds time) {
  for (const Channel channel : kChannels)
    of(channel).set(zmq::sockopt::linger, static_cast<int>(time.count()));
}

}  // namespace km::proxy
