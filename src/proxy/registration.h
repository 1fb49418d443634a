// Tells a launcher that chose no ports which ones were taken (JEP 66, Kernel Handshaking pattern;
// the frames as xeus-zmq sends and awaits them, xhandshaking.cpp and xhandshake_client_zmq.cpp).
#pragma once

#include "jupyter/connection.h"
#include "result.h"

#include <chrono>
#include <zmq.hpp>

namespace km::proxy {

// Nothing to do where the file names no registration endpoint. Waits at most so long for the
// acknowledgement, which must be signed with the file's key; without one it is an error.
Result<> register_ports(zmq::context_t& context, const jupyter::ConnectionFile& file,
                        std::chrono::milliseconds longest);

}  // namespace km::proxy
