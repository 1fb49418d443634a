#include "proxy/registration.h"

#include "jupyter/message.h"
#include "proxy/frames.h"

#include <string>

namespace km::proxy {
namespace {

// Ports are texts there.
std::string ports_of(const jupyter::ConnectionFile& file) {
  const jupyter::Connection& bound = file.connection;
  const jupyter::Json told{{"kernel_id", jupyter::text_member(file.members, "kernel_id")},
                           {"control_port", std::to_string(bound.control_port)},
                           {"shell_port", std::to_string(bound.shell_port)},
                           {"stdin_port", std::to_string(bound.stdin_port)},
                           {"iopub_port", std::to_string(bound.iopub_port)},
                           {"hb_port", std::to_string(bound.hb_port)}};
  return told.dump(-1, ' ', false, jupyter::Json::error_handler_t::replace);
}

}  // namespace

Result<> register_ports(zmq::context_t& context, const jupyter::ConnectionFile& file,
                        std::chrono::milliseconds longest) {
  if (file.registration_endpoint.empty()) return {};
  const std::string where = "the launcher at " + file.registration_endpoint;
  try {
    zmq::socket_t launcher(context, zmq::socket_type::dealer);
    launcher.set(zmq::sockopt::linger, 0);
    launcher.connect(file.registration_endpoint);
    const jupyter::Signer signer(file.connection.key);
    const std::string content = ports_of(file);
    Frames told =
        frames_of({std::string(jupyter::kDelimiter), signer.sign({}, {}, {}, content), content});
    if (send(launcher, told) != Sent::yes) return fail("cannot tell the ports to " + where);
    zmq::pollitem_t waits{launcher.handle(), 0, ZMQ_POLLIN, 0};
    Frames answer;
    if (zmq::poll(&waits, 1, longest) == 0 || !receive(launcher, answer))
      return fail(where + " did not acknowledge the ports");
    const bool right = answer.size() == 3 && text_of(answer[0]) == jupyter::kDelimiter &&
                       signer.verify(text_of(answer[1]), {}, {}, {}, text_of(answer[2]));
    if (!right) return fail(where + " sent an acknowledgement that is not signed with our key");
  } catch (const zmq::error_t& error) {
    return fail_errno("cannot reach " + where, error.num());
  }
  return {};
}

}  // namespace km::proxy
