// The five sockets that clients know: bound once, they outlive every kernel behind them.
#pragma once

#include "jupyter/connection.h"
#include "result.h"

#include <chrono>
#include <zmq.hpp>

namespace km::proxy {

struct Front {
  explicit Front(zmq::context_t& context)
      : shell(context, zmq::socket_type::router),
        control(context, zmq::socket_type::router),
        input(context, zmq::socket_type::router),
        iopub(context, zmq::socket_type::xpub),
        heartbeat(context, zmq::socket_type::router) {}

  // A restart uses the same ports at once, while the former owner is still leaving: tried again
  // for so long. With keys in the file the clients must speak CurveZMQ. A port of 0 becomes the one
  // that was free.
  Result<> bind(jupyter::ConnectionFile& file, std::chrono::milliseconds again);
  zmq::socket_t& of(jupyter::Channel channel);
  // What is still on its way to clients gets this long when the program ends.
  void linger(std::chrono::milliseconds time);

  zmq::socket_t shell;
  zmq::socket_t control;
  zmq::socket_t input;  // the stdin channel
  zmq::socket_t iopub;
  zmq::socket_t heartbeat;
};

}  // namespace km::proxy
