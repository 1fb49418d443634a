// The smallest thing that can stand between a front end and a kernel: frames in, frames out,
// nothing looked at. What `kernelmedic kernel` is compared with (proxy.py).
//
//   forwarder FRONT.json BACK.json     (connection files; the kernel is started by somebody else)
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>
#include <zmq.hpp>

namespace {

std::string endpoint(const nlohmann::json& file, const char* port) {
  const std::string transport = file.at("transport");
  const std::string separator = transport == "ipc" ? "-" : ":";
  return transport + "://" + file.at("ip").get<std::string>() + separator +
         std::to_string(file.at(port).get<int>());
}

void forward(zmq::socket_t& from, zmq::socket_t& to) {
  constexpr int kAtOnce = 64;
  for (int i = 0; i < kAtOnce; ++i) {
    bool more = true;
    while (more) {
      zmq::message_t frame;
      if (!from.recv(frame, zmq::recv_flags::dontwait)) return;
      more = frame.more();
      to.send(frame, more ? zmq::send_flags::sndmore : zmq::send_flags::none);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const auto front_file = nlohmann::json::parse(std::ifstream(argv[1]));
  const auto back_file = nlohmann::json::parse(std::ifstream(argv[2]));
  zmq::context_t context{1};
  std::vector<zmq::socket_t> front;
  std::vector<zmq::socket_t> back;
  for (const char* port : {"shell_port", "control_port", "stdin_port", "iopub_port"}) {
    const bool iopub = std::string(port) == "iopub_port";
    front.emplace_back(context, iopub ? zmq::socket_type::xpub : zmq::socket_type::router);
    back.emplace_back(context, iopub ? zmq::socket_type::xsub : zmq::socket_type::dealer);
    for (auto* socket : {&front.back(), &back.back()}) {
      socket->set(zmq::sockopt::linger, 0);
      socket->set(zmq::sockopt::sndhwm, 0);
      socket->set(zmq::sockopt::rcvhwm, 0);
    }
    if (!iopub) back.back().set(zmq::sockopt::routing_id, "forwarder");
    front.back().bind(endpoint(front_file, port));
    back.back().connect(endpoint(back_file, port));
  }
  zmq::socket_t heart(context, zmq::socket_type::rep);
  heart.set(zmq::sockopt::linger, 0);
  heart.bind(endpoint(front_file, "hb_port"));
  std::vector<zmq::pollitem_t> items;
  for (auto* sockets : {&front, &back}) {
    for (auto& socket : *sockets) items.push_back({socket.handle(), 0, ZMQ_POLLIN, 0});
  }
  items.push_back({heart.handle(), 0, ZMQ_POLLIN, 0});
  while (true) {
    zmq::poll(items, std::chrono::milliseconds(-1));
    for (std::size_t i = 0; i < front.size(); ++i) {
      forward(front[i], back[i]);
      forward(back[i], front[i]);
    }
    forward(heart, heart);
  }
}
